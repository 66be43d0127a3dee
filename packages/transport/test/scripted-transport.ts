/** A transport on an adapter that answers what a test tells it to. */
import {
  type AdapterHost,
  AttuneError,
  createTransport,
  type ErrorCode,
  type GroupStore,
  type MailboxStore,
  type RecordStore,
  type StreamStore,
  type Transport,
  type TransportOptions,
} from "../src/index.ts";

export interface ScriptedTransport {
  readonly transport: Transport;
  readonly host: AdapterHost;
  /** What the next calls of any operation reject with; `undefined`: they succeed. */
  failWith(error: AttuneError | undefined): void;
  /** What has been warned of. */
  readonly warnings: string[];
  /** When the operations began that the adapter was told had not answered. */
  readonly timedOut: number[];
  /** The receipts of the takes that were undone. */
  readonly restored: string[];
  /** Operations do not answer any more, or do again. */
  hang(hangs?: boolean): void;
}

export function failure(code: ErrorCode, message = "it failed", details = {}): AttuneError {
  return new AttuneError(code, message, { details });
}

export async function scriptedTransport(options: TransportOptions = {}): Promise<ScriptedTransport> {
  const warnings: string[] = [];
  const timedOut: number[] = [];
  const restored: string[] = [];
  let error: AttuneError | undefined;
  let hanging = false;
  let host: AdapterHost | undefined;
  const answer = <T>(value: T): Promise<T> => {
    if (hanging) return new Promise(() => {});
    return error ? Promise.reject(error) : Promise.resolve(value);
  };
  const streams: StreamStore = {
    append: (requests) => answer(requests.map((_, index) => `1-${index}`)),
    read: () => answer([]),
    range: () => answer([]),
    states: (eventTypes) =>
      answer(
        eventTypes.map((eventType) => ({
          eventType,
          length: 3,
          added: 3,
          oldestId: "1-0",
          lastId: "3-0",
          bytes: null,
        })),
      ),
    list: () => answer(["a"]),
    trim: () => answer(2),
    trimBefore: () => answer(2),
    delete: () => answer(true),
  };
  const groups: GroupStore = {
    create: () => answer(true),
    read: () => answer([]),
    claim: () => answer([]),
    acknowledge: ({ entries }) => answer(entries.map(() => true)),
    extend: ({ entries }) => answer(entries.map(() => true)),
    handBack: ({ entries }) => answer(entries.map(() => true)),
    pending: () => answer([]),
    states: () => answer([]),
    leave: () => answer(undefined),
    delete: () => answer(true),
  };
  const mailboxes: MailboxStore = {
    post: () => answer("posted"),
    take: ({ agent, receipt }) => answer([{ id: receipt, target: agent, type: "t", source: "s", body: "1" }]),
    restore: (_, receipt) => answer(undefined).then(() => void restored.push(receipt)),
    list: () => answer([]),
    clear: () => answer(2),
  };
  const records: RecordStore = {
    put: () => answer({ stored: true, version: 3, incarnation: 0 }),
    get: (_, keys) => answer(keys.map(() => null)),
    list: () => answer({ records: [], next: "2" }),
    count: () => answer(2),
    delete: () => answer(true),
    claimExpired: () => answer([]),
    settleExpired: () => answer(true),
  };
  const warn = (message: string) => void warnings.push(message);
  const transport = await createTransport(
    (given) => {
      host = given;
      return {
        name: "scripted",
        location: "scripted:",
        capabilities: { sharedBy: "process", blockingRead: false, exactGaps: true },
        streams,
        groups,
        mailboxes,
        records,
        bell: { watch: () => ({ ready: Promise.resolve(), close: () => {} }) },
        info: () => answer({ product: "Scripted", version: "1.2.3", bytes: 4 }),
        opened: async () => given.setAvailable(true),
        operationTimedOut: () => void timedOut.push(given.clock.monotonic()),
        close: async () => {},
      };
    },
    { logger: { debug: () => {}, info: () => {}, warn, error: warn }, ...options },
  );
  return {
    transport,
    host: host!,
    failWith: (next) => (error = next),
    warnings,
    timedOut,
    restored,
    hang: (hangs = true) => (hanging = hangs),
  };
}
