/** What callers ask for, and the checks of that: each throws `ATTUNE_ARGUMENT_INVALID` before anything is sent. */
import type { JsonCompatible } from "@attune/streams";
import {
  AttuneError,
  checkDuration,
  checkInteger,
  checkName,
  type JsonValue,
  type MessageSelector,
  maxTtlMs,
  type Wanted,
} from "@attune/transport";

/**
 * The compile-time half of the check that a payload survives JSON. What came out of JSON does; walking through that type
 * would never end.
 */
export interface JsonPayload<Payload> {
  readonly payload?: [Payload] extends [JsonValue] ? Payload : JsonCompatible<Payload>;
}

export interface BroadcastRequest<Payload = null> {
  /** Any non-empty text of at most 256 bytes in UTF-8. */
  readonly signalType: string;
  /** Any JSON value. Default `null`. */
  readonly payload?: Payload;
  /** After so many whole milliseconds nobody gets it any more. Default: `defaultTtlMs`, from 1 to 366 days. */
  readonly ttlMs?: number;
}

export interface SignalRequest<Payload = null> extends BroadcastRequest<Payload> {
  /** The agent to get it: any non-empty text of at most 256 bytes in UTF-8. `null` or left out: a broadcast. */
  readonly targetAgent?: string | null;
}

/** Which signals: those of a type, of a sender, of both, or (both left out) all. */
export interface SignalSelector {
  readonly signalType?: string;
  readonly sourceAgent?: string;
}

export interface WaitOptions {
  /** How long to wait at most; 0 looks exactly once. Default 30,000, up to 2^31 - 1 or `Infinity`. */
  readonly timeoutMs?: number;
  /** Ends the waiting early, with `null`. */
  readonly signal?: AbortSignal;
}

export interface WaitForSignalOptions extends SignalSelector, WaitOptions {}

export interface CheckOptions extends SignalSelector {
  /** `false`: it stays pending. Default `true`. */
  readonly consume?: boolean;
}

export interface PendingOptions extends SignalSelector {
  /** At most so many. Default 1000, from 1 to 100,000. */
  readonly limit?: number;
}

/** What a barrier waits for: a number of signals, or one signal of each of some agents. */
export type Barrier = WaitOptions & {
  /** Left out: signals of any type count. */
  readonly signalType?: string;
} & (
    | {
        /** So many signals, whoever sent them: 1 to 1000. */
        readonly count: number;
        readonly sourceAgents?: undefined;
      }
    | {
        /** One signal of each: 1 to 1000 different agents. */
        readonly sourceAgents: readonly string[];
        readonly count?: undefined;
      }
  );

/** As many as a take can want. */
const maxWanted = 1000;
const maxLimit = 100_000;

export function checkTtl(name: string, value: unknown): number {
  return checkInteger(name, value, 1, maxTtlMs);
}

/** Options are an object; anything else (a text, say) would be taken for "no options", that is: for everything. */
export function checkOptions<Options extends object>(options: Options): Options {
  if (typeof options === "object" && options !== null) return options;
  throw invalid("options", "The options must be an object, for example { signalType }.");
}

export function checkSelector(selector: SignalSelector): MessageSelector {
  const { signalType, sourceAgent } = checkOptions(selector);
  return {
    type: signalType === undefined ? undefined : checkName("signalType", signalType),
    source: sourceAgent === undefined ? undefined : checkName("sourceAgent", sourceAgent),
  };
}

/** The first signal that any of these selects. */
export function checkAnyOf(selectors: readonly SignalSelector[]): Wanted {
  if (!Array.isArray(selectors) || selectors.length === 0 || selectors.length > maxWanted) {
    throw invalid("selectors", `waitForAny takes an array of 1 to ${maxWanted} selectors.`);
  }
  return { anyOf: selectors.map(checkSelector), count: 1 };
}

export function checkBarrier(barrier: Barrier): Wanted {
  const { count, sourceAgents } = checkOptions(barrier);
  const { type } = checkSelector({ signalType: barrier.signalType });
  if ((count === undefined) === (sourceAgents === undefined)) {
    throw invalid("count", "A barrier needs either count or sourceAgents, and not both.");
  }
  if (sourceAgents === undefined) {
    return { anyOf: [{ type }], count: checkInteger("count", count, 1, maxWanted) };
  }
  if (!Array.isArray(sourceAgents) || sourceAgents.length === 0 || sourceAgents.length > maxWanted) {
    throw invalid("sourceAgents", `sourceAgents must be an array of 1 to ${maxWanted} agent ids.`);
  }
  const eachOf = sourceAgents.map((agent: unknown) => ({ type, source: checkName("sourceAgents", agent) }));
  if (new Set(sourceAgents).size < sourceAgents.length) {
    throw invalid("sourceAgents", "sourceAgents must name each agent once.");
  }
  return { eachOf };
}

export function checkWait({ timeoutMs = 30_000, signal }: WaitOptions): {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
} {
  // Not instanceof: a signal of another realm, or of a polyfill, is as good.
  if (signal !== undefined && typeof signal?.addEventListener !== "function") {
    throw invalid("signal", "signal must be an AbortSignal.");
  }
  if (timeoutMs !== Number.POSITIVE_INFINITY) checkDuration("timeoutMs", timeoutMs, 0, 2 ** 31 - 1);
  return { timeoutMs, signal };
}

export function checkLimit(limit: unknown): number {
  return checkInteger("limit", limit, 1, maxLimit);
}

export function checkFlag(name: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw invalid(name, `${name} must be true or false.`);
}

function invalid(argument: string, message: string): AttuneError {
  return new AttuneError("ATTUNE_ARGUMENT_INVALID", message, { details: { argument } });
}
