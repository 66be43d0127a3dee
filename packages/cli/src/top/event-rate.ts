/** How many events a second are published, of all types, from where the streams stand. */
import type { StreamState, StreamStore } from "@attune/transport";

type Standing = Pick<StreamState, "added" | "lastId">;

export class EventRate {
  readonly #streams: StreamStore;
  #before: { readonly at: number; readonly standings: ReadonlyMap<string, Standing> } | undefined;

  constructor(streams: StreamStore) {
    this.#streams = streams;
  }

  /** Since the last time that it was asked; `null`: it cannot be known, since there was none or the store does not count. */
  async measure(): Promise<number | null> {
    const types = await this.#streams.list({ thorough: false });
    const states = types.length === 0 ? [] : await this.#streams.states(types);
    const now = {
      at: performance.now(),
      standings: new Map(states.map((state) => [state.eventType, state])),
    };
    const before = this.#before;
    this.#before = now;
    if (!before || now.at <= before.at) return null;
    let events = 0;
    for (const [type, standing] of now.standings) {
      const since = addedSince(before.standings.get(type) ?? nothing, standing);
      if (since === null) return null;
      events += since;
    }
    return (events * 1000) / (now.at - before.at);
  }

  /** After a time in which nothing could be read: what happened in it says nothing of the rate now. */
  forget(): void {
    this.#before = undefined;
  }
}

const nothing: Standing = { added: 0, lastId: "0-0" };

function addedSince(before: Standing, now: Standing): number | null {
  if (before.lastId === now.lastId) return 0;
  if (before.added === null || now.added === null) return null;
  // A stream that was deleted begins anew.
  return now.added >= before.added ? now.added - before.added : now.added;
}
