/** How many replayed dead letters wait for their group. */
import type { Transport } from "@attune/transport";
import { retryTypeOf } from "./retry-stream.ts";

/** Those that nobody has now and those that were delivered, and not acknowledged. `null`: the store does not know. */
export async function countReplayed({ streams, groups }: Transport, group: string): Promise<number | null> {
  const eventType = retryTypeOf(group);
  const known = (await groups.states(eventType)).find((each) => each.group === group);
  if (known) return known.lag === null ? null : known.pending + known.lag;
  // Its consumers make the group there when they start: until then all of them wait.
  const [state] = await streams.states([eventType]);
  return state!.length;
}
