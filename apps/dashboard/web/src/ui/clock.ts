/** One clock for all that ticks on the page. */
type Listener = () => void;

const listeners = new Set<Listener>();
let timer: number | undefined;

/** Milliseconds since 1970, as of the last tick. */
export function clockNow(): number {
  return listeners.size === 0 ? Date.now() : now;
}

let now = Date.now();

/** Calls the listener each second; the result ends it. */
export function onTick(listener: Listener): () => void {
  if (listeners.size === 0) {
    now = Date.now();
    timer = window.setInterval(tick, 1000);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) window.clearInterval(timer);
  };
}

function tick(): void {
  now = Date.now();
  for (const listener of listeners) listener();
}
