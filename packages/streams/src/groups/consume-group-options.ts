/** The options of `consumeGroup`, and their defaults. */
import { AttuneError, checkDuration, checkInteger, checkName, type Gap, maxTtlMs } from "@attune/transport";
import type { EventSelector } from "../event-selection.ts";
import type { GroupEvent } from "./group-event.ts";

export interface ConsumeGroupOptions<Selectors extends readonly EventSelector[]> {
  /** Who shares the work: consumers of one group get each event once. Any non-empty text of at most 256 bytes. */
  readonly group: string;
  /**
   * This consumer's name, at most 256 bytes, not beginning with `attune:`. Default: one of its own. Naming it makes it known to
   * people who look at what is pending; two at once with one name are told apart nevertheless.
   */
  readonly consumer?: string;
  /** Left out: all types, those created later included. */
  readonly eventTypes?: Selectors;
  /**
   * From where a group reads that does not exist yet: what its streams retain (default), or what is published from now on.
   * Streams that come into being later are read from their beginning. A group that exists goes on where it is.
   */
  readonly from?: "beginning" | "now";
  /**
   * Default true: an event is acknowledged once its handler has succeeded; in `for await`, once the next one is asked for.
   * False: by `event.ack()` only.
   */
  readonly autoAck?: boolean;
  /**
   * Default 60,000, from 1 to 366 days. An event that was not acknowledged for so long is given to another consumer. Longer than a
   * handler takes, or call `event.working()` meanwhile.
   */
  readonly minIdleMs?: number;
  /** Default 5. An event that was delivered so often in vain becomes a dead letter. `Infinity`: never. From 1. */
  readonly maxDeliveries?: number;
  /** How many events this consumer works on at once, with `run`. Default 1, to 10,000. */
  readonly concurrency?: number;
  /** Events per read at most; it reads fewer while handlers are slow. Default 1000, from 1 to 10,000. */
  readonly count?: number;
  /**
   * How long to wait before an event whose handler failed is tried again, from 0 to 366 days. Default: 200 ms, doubled each time,
   * at most 30 s; also when the function given here throws, or gives no number, which is told as a warning.
   */
  readonly retryDelayMs?: number | ((deliveryCount: number, error: unknown) => number);
  /** As for `consumeEvents`. Default 5000, from 10 to 60,000. */
  readonly blockMs?: number;
  /** How long `close()` waits for handlers that are running. Default 10,000, from 0 to 2^31 - 1. */
  readonly drainTimeoutMs?: number;
  /** Closes the consumer. */
  readonly signal?: AbortSignal;
  /**
   * Called when events were trimmed away before the group was done with them, or the stream was lost by its server. Each gap is
   * told to one consumer of the group. Default: a warning. What it throws is told as a warning too.
   */
  readonly onGap?: (gap: Gap) => void;
  /**
   * Called when a handler failed (`run` only), before the event is handed back or becomes a dead letter. What it throws is told as
   * a warning.
   */
  readonly onError?: (error: unknown, event: GroupEvent) => void;
}

export interface GroupSettings {
  readonly group: string;
  readonly consumer: string;
  readonly from: "beginning" | "now";
  readonly autoAck: boolean;
  readonly minIdleMs: number;
  readonly maxDeliveries: number;
  readonly concurrency: number;
  readonly count: number;
  readonly retryDelayMs: (deliveryCount: number, error: unknown) => number;
  readonly blockMs: number;
  readonly drainTimeoutMs: number;
  readonly onGap: ((gap: Gap) => void) | undefined;
  readonly onError: ((error: unknown, event: GroupEvent) => void) | undefined;
}

const maxRetryDelayMs = 30_000;

/** Fills in the defaults. Throws `ATTUNE_ARGUMENT_INVALID`. */
export function groupSettings(
  options: ConsumeGroupOptions<readonly EventSelector[]>,
  defaultConsumer: () => string,
): GroupSettings {
  const { from = "beginning", maxDeliveries = 5, retryDelayMs = doubling, autoAck = true } = options;
  if (from !== "beginning" && from !== "now") {
    throw new AttuneError("ATTUNE_ARGUMENT_INVALID", 'from must be "beginning" or "now".', {
      details: { argument: "from" },
    });
  }
  const consumer = checkName("consumer", options.consumer ?? defaultConsumer());
  if (consumer.startsWith("attune:")) {
    throw new AttuneError("ATTUNE_ARGUMENT_INVALID", 'consumer must not begin with "attune:".', {
      details: { argument: "consumer" },
    });
  }
  return {
    group: checkName("group", options.group),
    consumer,
    from,
    autoAck,
    minIdleMs: checkDuration("minIdleMs", options.minIdleMs ?? 60_000, 1, maxTtlMs),
    maxDeliveries:
      maxDeliveries === Number.POSITIVE_INFINITY
        ? maxDeliveries
        : checkInteger("maxDeliveries", maxDeliveries, 1),
    concurrency: checkInteger("concurrency", options.concurrency ?? 1, 1, 10_000),
    count: checkInteger("count", options.count ?? 1000, 1, 10_000),
    retryDelayMs:
      typeof retryDelayMs === "function"
        ? (deliveryCount, error) => checkedDelay(retryDelayMs(deliveryCount, error))
        : fixed(checkDuration("retryDelayMs", retryDelayMs, 0, maxTtlMs)),
    blockMs: checkDuration("blockMs", options.blockMs ?? 5000, 10, 60_000),
    drainTimeoutMs: checkDuration("drainTimeoutMs", options.drainTimeoutMs ?? 10_000, 0, 2 ** 31 - 1),
    onGap: options.onGap,
    onError: options.onError,
  };
}

/** The default `retryDelayMs`. */
export function doubling(deliveryCount: number): number {
  return Math.min(maxRetryDelayMs, 200 * 2 ** (deliveryCount - 1));
}

function fixed(ms: number): () => number {
  return () => ms;
}

function checkedDelay(ms: number): number {
  return checkDuration("retryDelayMs", ms, 0, maxTtlMs);
}
