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
export {
  type ConsumeOptions,
  type EventSelector,
  EventStreamer,
  type EventStreamerOptions,
  type EventsOf,
  type EventToPublish,
  type PublishOptions,
  type ReplayOptions,
} from "./event-streamer.ts";
export type { HistoryRange } from "./history.ts";
export type { JsonCompatible } from "./json-compatible.ts";
export type { InvalidEvent, StreamEvent, ValidEvent, WireEvent } from "./stream-event.ts";
export type { StreamInfo } from "./stream-info.ts";
