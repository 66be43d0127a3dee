/** What the library knows, as JSON in the names of the wire. */
export { agentJson } from "./agent-json.ts";
export { approvalJson } from "./approval-json.ts";
export { eventJsonText } from "./event-json-text.ts";
export { isoTime, isoTimeOf, remembering } from "./iso-time.ts";
export { letterJson } from "./letter-json.ts";
export {
  type SeenSignal,
  type SignalEvent,
  signalJson,
  signalOfEvent,
  signalOfMailbox,
} from "./signal-json.ts";
export { stageJson, statsJson } from "./stage-json.ts";
export { type StreamWithGroups, streamInfoJson, streamJson } from "./stream-json.ts";
