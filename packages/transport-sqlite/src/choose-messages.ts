/** Which pending messages a take gets: all that it wants, or none. */
import type { MessageSelector, Wanted } from "@attune/transport";
import type { Connection } from "./connection.ts";
import { messagesAt, type Pending, pendingAt } from "./pending-messages.ts";

export function chooseMessages(connection: Connection, agent: string, wanted: Wanted): Pending[] {
  return messagesAt(
    connection,
    "eachOf" in wanted ? oneOfEach(connection, agent, wanted.eachOf) : firstOfAny(connection, agent, wanted),
  );
}

function firstOfAny(
  connection: Connection,
  agent: string,
  { anyOf, count }: Extract<Wanted, { readonly anyOf: unknown }>,
): number[] {
  // The first of any are among the first of each.
  const found = new Set<number>();
  for (const selector of different(anyOf).values()) {
    for (const at of pendingAt(connection, agent, selector, count)) found.add(at);
  }
  return found.size < count ? [] : [...found].sort((one, other) => one - other).slice(0, count);
}

function oneOfEach(connection: Connection, agent: string, selectors: readonly MessageSelector[]): number[] {
  // What a selector selects is asked for once, however often it comes, and never more than there are selectors.
  const candidates = new Map<string, Iterator<number>>();
  for (const [key, selector] of different(selectors)) {
    candidates.set(key, pendingAt(connection, agent, selector, selectors.length)[Symbol.iterator]());
  }
  const chosen = new Set<number>();
  for (const selector of selectors) {
    const of = candidates.get(keyOf(selector))!;
    let next = of.next();
    while (!next.done && chosen.has(next.value)) next = of.next();
    if (next.done) return [];
    chosen.add(next.value);
  }
  return [...chosen];
}

function different(selectors: readonly MessageSelector[]): Map<string, MessageSelector> {
  return new Map(selectors.map((selector) => [keyOf(selector), selector]));
}

function keyOf({ type, source }: MessageSelector): string {
  return JSON.stringify([type, source]);
}
