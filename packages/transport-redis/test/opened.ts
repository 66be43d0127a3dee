/** Transports for one test: closed when it ends, their warnings kept. And short forms for publishing and following. */

import type {
  AppendRequest,
  Follower,
  FollowRequest,
  Gap,
  Logger,
  PostRequest,
  Transport,
} from "@attune/transport";
import { createRedisTransport, type RedisTransportOptions } from "@attune/transport-redis";
import type {} from "@attune-tools/redis-server/vitest-global-setup";
import { onTestFinished, vi } from "vitest";

export interface Opened {
  readonly transport: Transport;
  /** Warnings and errors, as they were logged. */
  readonly warnings: readonly string[];
}

/** Of what a test asks for: it is answered, also on a machine that stands still for seconds in between. */
const operationTimeoutMs = 10_000;

export async function open(options: RedisTransportOptions): Promise<Opened> {
  const warnings: string[] = [];
  const warn = (message: string) => void warnings.push(message);
  const logger: Logger = { debug: () => {}, info: () => {}, warn, error: warn };
  const transport = await createRedisTransport({ logger, operationTimeoutMs, ...options });
  onTestFinished(() => transport.close());
  return { transport, warnings };
}

/** Tries until it succeeds, also on a machine that stands still for seconds in between. */
export function eventually<T>(
  look: () => T | Promise<T>,
  { interval = 20 }: { readonly interval?: number } = {},
): Promise<T> {
  return vi.waitFor(look, { timeout: 15_000, interval });
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
    maxLength: 10_000,
    ...more,
  };
}

/** A complete message to the agent `x`. */
export function toPost(id: string, more: Partial<PostRequest> = {}): PostRequest {
  const message = { id, target: "x", type: "go", source: "s", body: "{}" };
  return { ...message, ttlMs: 60_000, maxPending: 100_000, ...more };
}

export interface Followed {
  readonly follower: Follower<unknown>;
  /** The data of each event that came. */
  readonly values: readonly unknown[];
  readonly gaps: readonly Gap[];
}

/** Follows until the test ends, and keeps what comes. */
export function follow(transport: Transport, request: Omit<FollowRequest<unknown>, "decode">): Followed {
  const values: unknown[] = [];
  const gaps: Gap[] = [];
  const follower = transport.follow<unknown>({
    decode: ({ data }) => JSON.parse(data ?? "null"),
    ...request,
  });
  onTestFinished(() => follower.close());
  const take = async () => {
    for (;;) {
      const batch = await follower.next();
      if (!batch) return;
      gaps.push(...batch.gaps);
      values.push(...batch.items);
      follower.passed(batch, batch.items.length - 1);
    }
  };
  void take();
  return { follower, values, gaps };
}
