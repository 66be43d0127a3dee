/** A transport that does one thing wrong: made of the tiny one, and the tests of the suite that have to notice. */
import type { AdapterHost, StreamPage, StreamStore, TransportAdapter } from "@attune/transport";
import type { Alter, TinySpace } from "./tiny-transport.ts";

export interface BrokenTransport {
  readonly alter: Alter;
  /** Names of tests, each of which has to fail. */
  readonly failing: readonly string[];
}

/** By what each does wrong. */
export type BrokenTransports = Readonly<Record<string, BrokenTransport>>;

/** Replaces some of the stream operations. */
export function streams(replace: (store: StreamStore, space: TinySpace) => Partial<StreamStore>): Alter {
  return (adapter, _, space) => ({
    ...adapter,
    streams: { ...adapter.streams, ...replace(adapter.streams, space) },
  });
}

/** Changes the pages of every read. */
export function pages(change: (page: StreamPage, after: string) => StreamPage): Alter {
  return streams((store) => ({
    read: async (after, options) =>
      (await store.read(after, options)).map((page) => change(page, after.get(page.eventType)!)),
  }));
}

/** Replaces other parts of the adapter. */
export function parts(
  replace: (adapter: TransportAdapter, host: AdapterHost) => Partial<TransportAdapter>,
): Alter {
  return (adapter, host) => ({ ...adapter, ...replace(adapter, host) });
}
