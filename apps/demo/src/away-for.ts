/** Tells an outage that lasts from one that is over in a moment. */
import type { Transport } from "@attune/transport";

/** Aborts once the store has been away for so long without a break. */
export function awayFor(transport: Transport, ms: number): AbortSignal {
  const away = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const look = () => {
    clearTimeout(timer);
    if (transport.status === "unavailable")
      timer = setTimeout(() => away.abort(new Error("the store is away")), ms).unref();
  };
  transport.onStatus(look);
  look();
  return away.signal;
}
