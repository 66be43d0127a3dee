/** A transport that counts what is appended through it, whoever appends: workflows publish by themselves. */
import { AttuneError, type StreamStore, type Transport, transportWith } from "@attune/transport";
import type { PublishLedger } from "./publish-ledger.ts";

export class CountedTransport {
  readonly transport: Transport;
  readonly #underWay = new Set<Promise<unknown>>();

  /** What is appended to the streams of `inner` through `transport` is noted in the ledger. */
  constructor(inner: Transport, ledger: PublishLedger) {
    const entries = new Set<string>();
    const append: StreamStore["append"] = (requests) => {
      const note = (ids: readonly string[]) => {
        for (const [index, { eventType }] of requests.entries()) {
          const id = ids[index];
          // What was appended with the key of another is that one.
          const entry = `${eventType} ${id}`;
          if (id && entries.has(entry)) continue;
          if (id) entries.add(entry);
          ledger.note(eventType, !!id);
        }
      };
      const appending = inner.streams.append(requests).then(
        (ids) => {
          note(ids);
          return ids;
        },
        (error: unknown) => {
          note(error instanceof AttuneError ? ((error.details.ids as string[] | undefined) ?? []) : []);
          throw error;
        },
      );
      this.#track(appending);
      return appending;
    };
    this.transport = transportWith(inner, { streams: { ...inner.streams, append } });
  }

  /** Resolves once nothing is under way: with everything that uses the transport closed, the ledger is complete. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }

  #track(appending: Promise<unknown>): void {
    this.#underWay.add(appending);
    const ended = () => void this.#underWay.delete(appending);
    appending.then(ended, ended);
  }
}
