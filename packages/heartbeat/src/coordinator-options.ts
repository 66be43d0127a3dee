/** The options of a `HeartbeatCoordinator`, with their defaults and bounds. */
import {
  AttuneError,
  checkChoice,
  checkDuration,
  checkInteger,
  type Logger,
  type Transport,
} from "@attune/transport";

export interface HeartbeatCoordinatorOptions {
  /** Default: one transport per process, opened on first use from ATTUNE_URL, else the embedded file. */
  readonly transport?: Transport;
  /** Default: the transport's. */
  readonly logger?: Logger;
  /**
   * Without a beat for so long an agent is lost. Default 30,000, from 10 to 86,400,000 (a day). It should be several times
   * the transport's `operationTimeoutMs`.
   */
  readonly ttlMs?: number;
  /** How often the agent beats by itself. Default a third of `ttlMs`; from 1, and less than `ttlMs`. */
  readonly intervalMs?: number;
  /**
   * An agent that beats, but has not gone on for so long while starting or running, is stalled, unless it says itself how
   * long that may take (`progressTimeoutMs`). Default 300,000; `Infinity`: never.
   */
  readonly stalledAfterMs?: number;
  /** An agent that has not beaten for so long is stale. Default two thirds of the TTL with which the agent beats; `Infinity`: never. */
  readonly staleAfterMs?: number;
  /**
   * Publishes as `agent_heartbeat`, in order, every beat that was recorded, those included that a newer one overtook before
   * they were written: the record has one state, its events tell all of them. Automatic beats as well. Of the beats made
   * while the store is away the newest 100 are published once it is back. Default false.
   */
  readonly enableStreaming?: boolean;
  /**
   * `"worker"`: beats from a worker thread with a connection of its own, so that a blocked main thread does not look like a
   * death, and tells of the blockage. Needs a transport that `openTransport` opened, to a store outside of this process.
   * Default `"main"`.
   */
  readonly beatFrom?: "main" | "worker";
  /** Called once when a newer start of the same agent has taken over; this coordinator has stopped beating for it. */
  readonly onFenced?: (fenced: FencedAgent) => void;
}

export interface FencedAgent {
  readonly agentId: string;
  /** Of the start that has been fenced; `null` where the store's answer that told it was lost. */
  readonly incarnation: number | null;
  /** Of the one that has taken over; `null` where it is not known. */
  readonly newerIncarnation: number | null;
}

export interface CheckedOptions {
  readonly transport: Transport | undefined;
  readonly logger: Logger | undefined;
  readonly ttlMs: number;
  readonly intervalMs: number;
  readonly stalledAfterMs: number;
  readonly staleAfterMs: number | null;
  readonly enableStreaming: boolean;
  readonly beatFrom: "main" | "worker";
  readonly onFenced: ((fenced: FencedAgent) => void) | undefined;
}

const dayMs = 86_400_000;

export function checkOptions(options: HeartbeatCoordinatorOptions): CheckedOptions {
  const { transport, logger, enableStreaming = false, onFenced } = options;
  const ttlMs = checkInteger("ttlMs", options.ttlMs ?? 30_000, 10, dayMs);
  if (typeof enableStreaming !== "boolean") throw invalid("enableStreaming", "true or false");
  if (onFenced !== undefined && typeof onFenced !== "function") throw invalid("onFenced", "a function");
  return {
    transport,
    logger,
    ttlMs,
    intervalMs: checkInteger("intervalMs", options.intervalMs ?? Math.floor(ttlMs / 3), 1, ttlMs - 1),
    stalledAfterMs: checkDuration("stalledAfterMs", options.stalledAfterMs ?? 300_000, 1, Infinity),
    staleAfterMs:
      options.staleAfterMs === undefined
        ? null
        : checkDuration("staleAfterMs", options.staleAfterMs, 1, Infinity),
    enableStreaming,
    beatFrom: checkChoice("beatFrom", options.beatFrom ?? "main", ["main", "worker"]),
    onFenced,
  };
}

function invalid(argument: string, wanted: string): AttuneError {
  return new AttuneError("ATTUNE_ARGUMENT_INVALID", `${argument} must be ${wanted}.`, {
    details: { argument },
  });
}
