/** A stream as JSON, from what the store says of it: what is held of a type of events. */
import { beforeFirstId, type StreamState, timeOfId } from "@attune/transport";
import { streamInfoJson } from "@attune-tools/record-json";

/** None of a stream that is not there (any more). */
export function streamStateJson(state: StreamState): ReturnType<typeof streamInfoJson>[] {
  const { lastId: newestId, ...rest } = state;
  if (state.length === 0 && newestId === beforeFirstId) return [];
  const oldestAt = state.oldestId === null ? null : timeOfId(state.oldestId);
  return [streamInfoJson({ ...rest, newestId, oldestAt, newestAt: timeOfId(newestId) })];
}
