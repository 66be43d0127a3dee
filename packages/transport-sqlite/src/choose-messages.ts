/** Which pending messages a take gets: all that it wants, or none. */
import type { Wanted } from "@attune/transport";
import type { Connection } from "./connection.ts";
import { type Pending, pendingMessages } from "./pending-messages.ts";

export function chooseMessages(connection: Connection, agent: string, wanted: Wanted): Pending[] {
  if ("eachOf" in wanted) return oneOfEach(connection, agent, wanted.eachOf);
  const { anyOf, count } = wanted;
  // The first of any are among the first of each.
  const found = new Map<number, Pending>();
  for (const selector of anyOf) {
    for (const message of pendingMessages(connection, agent, selector, count)) found.set(message.at, message);
  }
  if (found.size < count) return [];
  return [...found.values()].sort((one, other) => one.at - other.at).slice(0, count);
}

function oneOfEach(
  connection: Connection,
  agent: string,
  selectors: Extract<Wanted, { eachOf: unknown }>["eachOf"],
): Pending[] {
  const chosen = new Map<number, Pending>();
  for (const selector of selectors) {
    // The selectors before may have chosen so many of what this one selects.
    const candidates = pendingMessages(connection, agent, selector, chosen.size + 1);
    const first = candidates.find(({ at }) => !chosen.has(at));
    if (!first) return [];
    chosen.set(first.at, first);
  }
  return [...chosen.values()];
}
