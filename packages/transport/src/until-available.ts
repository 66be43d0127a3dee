/** Waits for a transport's store to be there. */
import type { Transport } from "./transport.ts";

/** Resolves once the store can be asked, the transport is closed, or the signal aborts. */
export function untilAvailable(
  transport: Pick<Transport, "status" | "onStatus">,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    const over = () => signal.aborted || transport.status === "available" || transport.status === "closed";
    if (over()) return resolve();
    const look = () => {
      if (!over()) return;
      stop();
      signal.removeEventListener("abort", look);
      resolve();
    };
    const stop = transport.onStatus(look);
    signal.addEventListener("abort", look);
  });
}
