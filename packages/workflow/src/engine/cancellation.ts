/** How a run is told to stop: once, by whoever comes first. */
import type { CoordinationSignal } from "@attune/signals";
import { AttuneError } from "@attune/transport";
import { wordsOf } from "./words-of.ts";

/** Who cancelled a run. */
export type CancelledBy = "abort-signal" | "coordination-signal" | "close";

export class Cancellation {
  readonly #controller = new AbortController();
  readonly #who: string;
  readonly #outer: AbortSignal | undefined;

  /** `who` says which run; `outer` is the caller's signal. */
  constructor(who: string, outer: AbortSignal | undefined) {
    this.#who = who;
    this.#outer = outer;
    if (outer?.aborted) this.#onOuter();
    else outer?.addEventListener("abort", this.#onOuter, { once: true });
  }

  /** Aborts with an `ATTUNE_WORKFLOW_CANCELLED` as its reason. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** `undefined`: it was not cancelled. */
  get error(): AttuneError | undefined {
    return this.signal.aborted ? (this.signal.reason as AttuneError) : undefined;
  }

  bySignal(signal: CoordinationSignal): void {
    const { signalType, sourceAgent, targetAgent } = signal;
    const how = targetAgent === null ? "broadcast" : "sent to it";
    this.#cancel(
      "coordination-signal",
      `by the signal ${JSON.stringify(signalType)} of ${JSON.stringify(sourceAgent)}, ${how}${reasonIn(signal)}`,
      { details: { signal } },
    );
  }

  byClosing(): void {
    this.#cancel("close", "since its workflow was closed");
  }

  /** The caller's signal is listened to no more. */
  close(): void {
    this.#outer?.removeEventListener("abort", this.#onOuter);
  }

  readonly #onOuter = () => {
    const cause: unknown = this.#outer?.reason;
    const why = isError(cause) ? `: ${wordsOf(cause)}` : "";
    this.#cancel("abort-signal", `by its AbortSignal${why}`, { cause });
  };

  #cancel(
    by: CancelledBy,
    how: string,
    { cause, details }: { readonly cause?: unknown; readonly details?: object } = {},
  ): void {
    if (this.signal.aborted) return;
    this.#controller.abort(
      new AttuneError("ATTUNE_WORKFLOW_CANCELLED", `${this.#who} was cancelled ${how}.`, {
        cause,
        details: { by, ...details },
      }),
    );
  }
}

/** What the one who aborts says of it, where the payload has a `reason`. */
function reasonIn({ payload }: CoordinationSignal): string {
  const reason =
    typeof payload === "object" && payload !== null && "reason" in payload ? payload.reason : null;
  return typeof reason === "string" ? `: ${reason}` : "";
}

/** A Proxy may refuse to say. */
function isError(value: unknown): boolean {
  try {
    return value instanceof Error;
  } catch {
    return false;
  }
}
