/** One clock for all that ticks on the page. */
type Listener = () => void;

const listeners = new Set<Listener>();
let timer: ReturnType<typeof setInterval> | undefined;

/** Milliseconds since 1970, as of the last tick. */
export function clockNow(): number {
  return listeners.size === 0 ? read() : now;
}

let source = { offsetMs: 0 };
let now = read();

/** Goes by the clock that is so far ahead of this machine's. */
export function followClock(clock: { readonly offsetMs: number }): void {
  source = clock;
}

function read(): number {
  return Date.now() + source.offsetMs;
}

/** Calls the listener each second; the result ends it. */
export function onTick(listener: Listener): () => void {
  if (listeners.size === 0) {
    now = read();
    timer = setInterval(tick, 1000);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) clearInterval(timer);
  };
}

function tick(): void {
  now = read();
  for (const listener of listeners) listener();
}
