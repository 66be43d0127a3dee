/** The one transport of a process that features use when they are given none. */
import { openTransport } from "./open.ts";
import type { Transport } from "./transport.ts";

// On the global object: two copies of this package in one process still share one default.
const slot = Symbol.for("@attune/default-transport");
const holder = globalThis as { [slot]?: Promise<Transport> | undefined };

/**
 * Opens the default transport (ATTUNE_URL, else the embedded file) on first use. It never keeps the process alive by
 * itself. Once it has been closed, or could not be opened, the next call opens another.
 */
export function defaultTransport(): Promise<Transport> {
  const known = holder[slot];
  if (known) return known;
  const opening = openTransport(undefined, { keepsProcessAlive: false });
  holder[slot] = opening;
  const forget = () => {
    if (holder[slot] === opening) holder[slot] = undefined;
  };
  opening.then((transport) => {
    transport.onStatus((status) => {
      if (status === "closed") forget();
    });
  }, forget);
  return opening;
}
