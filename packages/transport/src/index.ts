/**
 * `@attune/transport`: the contract between features and stores.
 *
 * For users: `openTransport(url)`. For features: `Transport`, `withDegradation`, `waitFor`, `encodeJson`.
 * For somebody who writes a transport: `createTransport` and `TransportAdapter`, then @attune/transport-conformance.
 */
export {
  checkChoice,
  checkDate,
  checkDuration,
  checkEventType,
  checkInteger,
  checkName,
  checkText,
  checkToken,
  maxNameBytes,
  maxTtlMs,
} from "./arguments.ts";
export {
  type BucketTimes,
  isExcused,
  noBucketTimes,
  timesAfterClaim,
  timesAfterPut,
} from "./bucket-times.ts";
export { type Clock, sleep, systemClock, type Timer } from "./clock.ts";
export type { AdapterHost, Capabilities, StoreInfo, TransportAdapter } from "./contract/adapter.ts";
export type { Bell, Topic, Watch } from "./contract/bell.ts";
export type {
  ClaimEntriesRequest,
  CreateGroupRequest,
  DeliveredEntry,
  DeliveriesRequest,
  Delivery,
  GroupReading,
  GroupStart,
  GroupState,
  GroupStore,
  HandBackRequest,
  PendingEntry,
  PendingRequest,
  ReadGroupRequest,
} from "./contract/groups.ts";
export type {
  ListRequest,
  MailboxStore,
  Message,
  MessageSelector,
  PostOutcome,
  PostRequest,
  TakeRequest,
  Wanted,
} from "./contract/mailboxes.ts";
export type {
  ClaimRequest,
  ListRecordsRequest,
  PutCondition,
  PutOutcome,
  PutRequest,
  RecordPage,
  RecordStore,
  SettleRequest,
  StoredRecord,
} from "./contract/records.ts";
export type {
  AppendRequest,
  RangeRequest,
  ReadOptions,
  StreamEntry,
  StreamPage,
  StreamState,
  StreamStore,
} from "./contract/streams.ts";
export { defaultTransport } from "./default-transport.ts";
export { Degradation, type DegradationOptions, withDegradation } from "./degrade.ts";
export { type DiagnoseOptions, diagnose, type Finding } from "./diagnose.ts";
export {
  AttuneError,
  type AttuneErrorOptions,
  type ErrorCode,
  errorCatalogue,
  isStoreFailure,
} from "./errors.ts";
export { checkFollowRequest } from "./follow/check-follow-request.ts";
export { type Cursor, type CursorPosition, parseCursor } from "./follow/cursor.ts";
export type { Follower, FollowRequest } from "./follow/follower.ts";
export type { Batch } from "./follow/inbox.ts";
export type { Gap } from "./follow/position.ts";
export type { Decode } from "./follow/shared-page.ts";
export {
  beforeFirstId,
  compareIds,
  firstIdAt,
  idAfter,
  idBefore,
  isEntryId,
  lastIdAt,
  timeOfId,
} from "./ids.ts";
export { checkJson, defaultPayloadLimits, encodeJson, type JsonValue, type PayloadLimits } from "./json.ts";
export { LastFinding } from "./last-finding.ts";
export { defaultLogger, type Logger, silentLogger } from "./logger.ts";
export { type AdapterPackage, defaultUrl, openTransport } from "./open.ts";
export { isPublicType } from "./public-type.ts";
export { randomToken } from "./random-token.ts";
export { createTransport, type Transport, type TransportOptions, type TransportStatus } from "./transport.ts";
export { type TransportOrigin, transportOrigin } from "./transport-origin.ts";
export { TransportUse, type TransportUseSetup } from "./transport-use.ts";
export { type TransportChanges, transportWith } from "./transport-with.ts";
export { untilAvailable } from "./until-available.ts";
export { type WaitRequest, waitFor } from "./wait-for.ts";
