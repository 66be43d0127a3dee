/** `diagnose(url)`: whether a store is fit for use, and what to do where it is not. */
import { checkDuration, checkText } from "./arguments.ts";
import { type Clock, systemClock } from "./clock.ts";
import { adapterOf, defaultUrl } from "./open.ts";
import type { TransportOptions } from "./transport.ts";

/** One thing that was looked at. */
export interface Finding {
  /** What was looked at, short enough for a table: "Redis version", "rights of the file". */
  readonly check: string;
  /** `problem`: it does not work, or what is stored will be lost. `unknown`: it could not be looked at. */
  readonly outcome: "ok" | "warning" | "problem" | "unknown";
  /** What was seen: "7.0.15", "allkeys-lru". No passwords. */
  readonly found: string;
  /** With every outcome but `ok`: what to do, as a sentence, with the command where there is one. */
  readonly remedy?: string;
}

/** What an adapter's `diagnose` is given: checked and complete. */
export interface DiagnoseOptions {
  readonly prefix: string;
  readonly operationTimeoutMs: number;
  readonly clock: Clock;
}

/**
 * Looks at the store that `openTransport(url, options)` would open. Nothing that it tries there stays, nothing that is missing
 * is made, and it settles within three times `operationTimeoutMs`, whatever the store does.
 *
 * A store that is away or unfit is a finding. Rejects with `ATTUNE_URL_INVALID`, `ATTUNE_ADAPTER_MISSING`, or
 * `ATTUNE_ARGUMENT_INVALID` for an option out of its bounds.
 */
export async function diagnose(
  url: string = process.env.ATTUNE_URL || defaultUrl,
  options: TransportOptions = {},
): Promise<Finding[]> {
  const complete: DiagnoseOptions = {
    prefix: checkText("prefix", options.prefix ?? "empathy:", { maxBytes: 256 }),
    operationTimeoutMs: checkDuration("operationTimeoutMs", options.operationTimeoutMs ?? 2000, 10, 60_000),
    clock: options.clock ?? systemClock,
  };
  const adapter = await adapterOf(url);
  if (adapter.diagnose) return adapter.diagnose(url, complete);
  return [
    {
      check: "adapter",
      outcome: "unknown",
      found: "cannot look at its store",
      remedy: "Update the adapter's package to the version of @attune/transport.",
    },
  ];
}
