/** Transports for one test: closed when it ends, their warnings kept. And short forms for storing and following. */
import type {
  AppendRequest,
  Follower,
  Gap,
  Logger,
  PostRequest,
  PutRequest,
  Transport,
  TransportStatus,
} from "@attune/transport";
import { createSqliteTransport, type SqliteTransportOptions } from "@attune/transport-sqlite";
import { onTestFinished } from "vitest";

export interface Opened {
  readonly transport: Transport;
  /** Warnings and errors, as they were logged. */
  readonly warnings: readonly string[];
  /** Each status that it came to have after it was opened. */
  readonly statuses: readonly TransportStatus[];
}

/** Of what a test asks for: it is done, also on a machine that stands still for seconds in between. */
const operationTimeoutMs = 10_000;

export async function open(options: SqliteTransportOptions): Promise<Opened> {
  const { warnings, logger } = collectWarnings();
  return watched(await createSqliteTransport({ logger, operationTimeoutMs, ...options }), warnings);
}

/** Closes it when the test ends, and keeps what it says of itself. */
export function watched(transport: Transport, warnings: readonly string[]): Opened {
  onTestFinished(() => transport.close());
  const statuses: TransportStatus[] = [];
  transport.onStatus((status) => statuses.push(status));
  return { transport, warnings, statuses };
}

export function collectWarnings(): { readonly warnings: string[]; readonly logger: Logger } {
  const warnings: string[] = [];
  const warn = (message: string) => void warnings.push(message);
  return { warnings, logger: { debug: () => {}, info: () => {}, warn, error: warn } };
}

/** A complete request: whatever the test does not care about is filled in. */
export function toRequest(
  eventType: string,
  value: unknown,
  more: Partial<AppendRequest> = {},
): AppendRequest {
  return {
    eventType,
    timestamp: "2026-01-02T03:04:05.678Z",
    data: JSON.stringify(value),
    source: "test",
    maxLength: 100_000,
    ...more,
  };
}

/** A complete message to the agent `x`. */
export function toPost(id: string, more: Partial<PostRequest> = {}): PostRequest {
  const message = { id, target: "x", type: "go", source: "s", body: "{}" };
  return { ...message, ttlMs: 60_000, maxPending: 100_000, ...more };
}

/** A complete record of the bucket `b`, without a lease. */
export function toPut(key: string, more: Partial<PutRequest> = {}): PutRequest {
  return { bucket: "b", key, value: `value of ${key}`, leaseMs: null, keepMs: 600_000, ...more };
}

/** The data of the events of a type, oldest first. */
export async function valuesIn(transport: Transport, eventType: string): Promise<unknown[]> {
  const entries = await transport.streams.range({ eventType, count: 100_000, newestFirst: false });
  return entries.map(({ data }) => JSON.parse(data!));
}

export interface Followed {
  readonly follower: Follower<unknown>;
  /** The data of each event that came. */
  readonly values: readonly unknown[];
  readonly gaps: readonly Gap[];
}

/** Follows a stream from now on until the test ends, and keeps what comes. */
export async function follow(transport: Transport, eventType: string): Promise<Followed> {
  const values: unknown[] = [];
  const gaps: Gap[] = [];
  const follower = transport.follow<unknown>({
    eventTypes: [eventType],
    from: "now",
    blockMs: 200,
    decode: ({ data }) => JSON.parse(data ?? "null"),
  });
  onTestFinished(() => follower.close());
  const take = async () => {
    for (let batch = await follower.next(); batch; batch = await follower.next()) {
      gaps.push(...batch.gaps);
      values.push(...batch.items);
      follower.passed(batch, batch.items.length - 1);
    }
  };
  void take();
  await follower.ready;
  return { follower, values, gaps };
}
