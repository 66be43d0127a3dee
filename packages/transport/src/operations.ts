/** Runs the adapter's operations: each settles in time, whatever the store does, and closing drains what is under way. */
import { type Clock, sleep } from "./clock.ts";
import { type Deadline, Deadlines } from "./deadlines.ts";

/** Runs an operation of the adapter under the transport's rules: closed, unavailable, deadline. */
export type RunOperation = <T>(what: string, operation: () => Promise<T>, extraMs?: number) => Promise<T>;

export interface OperationsHost {
  readonly clock: Clock;
  readonly operationTimeoutMs: number;
  /** Why nothing can be asked now; `undefined` while it can. */
  refusal(): Error | undefined;
  /** The error for an operation that did not answer within so long. */
  timedOut(what: string, ms: number): Error;
  /** Told of each operation that did not settle in time, but for reads that wait. */
  operationTimedOut(): void;
  /** Keeps the process alive while an operation is under way; the result ends that. */
  hold(): (() => void) | undefined;
}

/** How long closing waits for answers to what was sent before. */
const drainMs = 500;

export class Operations {
  readonly #host: OperationsHost;
  readonly #deadlines: Deadlines;
  /** Of reads that wait in the store: nothing is lost when they are cut short. */
  readonly #waitingReads = new Set<Deadlines>();
  #running = 0;
  #closed: (() => Error) | undefined;
  #whenSettled: (() => void) | undefined;

  constructor(host: OperationsHost) {
    this.#host = host;
    this.#deadlines = new Deadlines(host.clock, host.operationTimeoutMs);
  }

  readonly run: RunOperation = (what, operation, extraMs = 0) => {
    const refusal = this.#closed?.() ?? this.#host.refusal();
    if (refusal) return Promise.reject(refusal);
    // A read that waits in the store is done ahead: whoever waits for its result holds the process by himself.
    const release = extraMs > 0 ? undefined : this.#host.hold();
    this.#running++;
    return new Promise((resolve, reject) => {
      const deadline = this.#startDeadline(extraMs, () => {
        this.#ended(release);
        if (this.#closed) return reject(this.#closed());
        // A read that waits looks after its connection itself; its silence says nothing of the other operations.
        if (extraMs === 0) this.#host.operationTimedOut();
        reject(this.#host.timedOut(what, this.#host.operationTimeoutMs + extraMs));
      });
      let running: ReturnType<typeof operation>;
      try {
        running = operation();
      } catch (error) {
        running = Promise.reject(error);
      }
      running.then(
        (result) => {
          if (!deadline.clear()) return;
          this.#ended(release);
          resolve(result);
        },
        (error: unknown) => {
          if (!deadline.clear()) return;
          this.#ended(release);
          reject(this.#closed?.() ?? error);
        },
      );
    });
  };

  /** Nothing begins any more. What was sent before is given time to be answered; what is not answered then is told so. */
  async close(closed: () => Error): Promise<void> {
    this.#closed = closed;
    for (const waiting of this.#waitingReads) waiting.expireAll();
    this.#waitingReads.clear();
    if (this.#running > 0) {
      const settled = new AbortController();
      this.#whenSettled = () => settled.abort();
      await sleep(this.#host.clock, drainMs, { signal: settled.signal });
    }
    this.#deadlines.expireAll();
  }

  /** Only a read that waits in the store has time of its own; everything else shares one list of deadlines. */
  #startDeadline(extraMs: number, expire: () => void): Deadline {
    if (extraMs === 0) return this.#deadlines.start(expire);
    const own = new Deadlines(this.#host.clock, this.#host.operationTimeoutMs + extraMs);
    const deadline = own.start(expire);
    this.#waitingReads.add(own);
    return {
      clear: () => {
        const cleared = deadline.clear();
        this.#waitingReads.delete(own);
        own.expireAll();
        return cleared;
      },
    };
  }

  #ended(release: (() => void) | undefined): void {
    release?.();
    if (--this.#running === 0) this.#whenSettled?.();
  }
}
