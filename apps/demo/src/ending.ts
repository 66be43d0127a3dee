/** When a demonstration has to end, however far it has come: interrupted, out of time, or without its store. */
import type { Transport } from "@attune/transport";

export function endingOf(transport: Transport, signal: AbortSignal, deadlineMs: number): AbortSignal {
  const lost = new AbortController();
  // What is to be shown cannot be shown any more; there is nothing to wait for.
  transport.onStatus((status) => {
    if (status !== "available") lost.abort();
  });
  return AbortSignal.any([signal, lost.signal, AbortSignal.timeout(deadlineMs)]);
}
