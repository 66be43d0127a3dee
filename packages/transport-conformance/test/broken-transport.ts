/** A transport that does one thing wrong: made of the tiny one, and the tests of the suite that have to notice. */
import type {
  AdapterHost,
  GroupStore,
  MailboxStore,
  RecordStore,
  StreamPage,
  StreamStore,
  TransportAdapter,
} from "@attune/transport";
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

/** Replaces some of the operations on groups. */
export function groups(replace: (store: GroupStore, space: TinySpace) => Partial<GroupStore>): Alter {
  return (adapter, _, space) => ({
    ...adapter,
    groups: { ...adapter.groups, ...replace(adapter.groups, space) },
  });
}

/** Replaces some of the mailbox operations. */
export function mailboxes(replace: (store: MailboxStore, space: TinySpace) => Partial<MailboxStore>): Alter {
  return (adapter, _, space) => ({
    ...adapter,
    mailboxes: { ...adapter.mailboxes, ...replace(adapter.mailboxes, space) },
  });
}

/** Replaces some of the record operations. */
export function records(replace: (store: RecordStore, space: TinySpace) => Partial<RecordStore>): Alter {
  return (adapter, _, space) => ({
    ...adapter,
    records: { ...adapter.records, ...replace(adapter.records, space) },
  });
}

/** Lets everything else that is under way go on first. */
export function othersFirst(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
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

/** Keeps the transport from being told that its store is away. */
export function neverSayAway(host: AdapterHost): void {
  const tell = host.setAvailable;
  Object.assign(host, { setAvailable: (available: boolean) => available && tell(true) });
}
