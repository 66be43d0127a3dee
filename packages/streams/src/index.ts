/** `@attune/streams`: publish, follow, replay and manage event streams of a fleet of agents. */
export type { Cursor, Gap } from "@attune/transport";
export {
  defineEvent,
  describeIssues,
  type EventData,
  type EventDefinition,
  type EventInput,
} from "./define-event.ts";
export { EventConsumer } from "./event-consumer.ts";
export type { EventSelector, EventsOf } from "./event-selection.ts";
export { EventStreamer } from "./event-streamer.ts";
export type {
  ConsumeOptions,
  EventStreamerOptions,
  EventToPublish,
  PublishOptions,
  ReplayOptions,
} from "./event-streamer-options.ts";
export type { ConsumeGroupOptions } from "./groups/consume-group-options.ts";
export type { DeadLetter, NewDeadLetter } from "./groups/dead-letter.ts";
export { deadLetterEvent } from "./groups/dead-letter-event.ts";
export { type DeadLetterSelection, DeadLetters, type Taking } from "./groups/dead-letters.ts";
export type { GroupConsumer } from "./groups/group-consumer.ts";
export type { Delivered, GroupEvent, NackOptions } from "./groups/group-event.ts";
export type { GroupInfo } from "./groups/group-info.ts";
export { type OnceKey, type OnceOutcome, type OnceStore, processOnce } from "./groups/process-once.ts";
export { type RecordsOnceOptions, recordsOnce } from "./groups/records-once.ts";
export type { HistoryRange } from "./history.ts";
export type { JsonCompatible } from "./json-compatible.ts";
export { type LazySchema, lazySchema } from "./lazy-schema.ts";
export type { InvalidEvent, StreamEvent, ValidEvent, WireEvent } from "./stream-event.ts";
export type { StreamInfo } from "./stream-info.ts";
export { readTrimHold, type TrimHold, trimHoldsBucket } from "./trim-holds.ts";
