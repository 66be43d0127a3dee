/**
 * Writes in the order in which they were asked for, those of one turn in one transaction. Never waits in SQLite: while another
 * process writes, the queue looks again after a moment, and the event loop goes on.
 */
import { type AdapterHost, AttuneError, type Timer, type Topic } from "@attune/transport";
import { type Connection, rollBack } from "./connection.ts";
import { isBusy } from "./sqlite-errors.ts";
import type { Turns } from "./turns.ts";
import { type Waiting, WaitingLine } from "./waiting-line.ts";

/** What a change works with. */
export interface Transaction {
  readonly connection: Connection;
  /** The file's time, milliseconds with fractions. */
  readonly now: number;
  /** It has ended, and is in the file. */
  readonly stored: boolean;
  /** Rings once the change is stored. */
  ring(topic: Topic): void;
}

/** May be run again from the start: it must leave nothing behind but in the file. */
export type Change<T> = (transaction: Transaction) => T;

/** What one statement has stored. */
export interface Stored<T> {
  readonly result: T;
  /** Rings now. */
  readonly topic: Topic;
}

/**
 * A change as one statement, which is a transaction by itself: quicker where nothing else waits. `undefined`: it takes more
 * than that, and nothing was changed.
 */
export type AsOne<T> = (connection: Connection) => Stored<T> | undefined;

export interface WriteOptions<T> {
  /** What has not begun by then never will. Default: `deadline()`. */
  readonly until?: number | undefined;
  readonly asOne?: AsOne<T> | undefined;
}

export interface WriteQueueHost {
  readonly host: AdapterHost;
  readonly turns: Turns;
  readonly location: string;
  /** Throws while there is none. */
  connection(): Connection;
  ring(topic: Topic): void;
  /** What the caller is told of an error of SQLite's. */
  toFailure(error: unknown): unknown;
  /** Told after each transaction. */
  written(): void;
  /** Told that nobody could write for longer than operations may take. */
  lockedOut(cause: Error): void;
}

interface Outcome {
  readonly waiting: Waiting;
  /** It was not run. */
  readonly late: boolean;
  readonly result: unknown;
}

/** A transaction takes no more changes after so long; other processes, and this one's event loop, have their turn. */
const transactionMs = 3;
/** Pauses while another process writes, growing. */
const firstPauseMs = 0.5;
const longestPauseMs = 8;

export class WriteQueue {
  readonly #host: WriteQueueHost;
  /** Before the transport's own deadline: what has not begun by then never will, and can be said not to be stored. */
  readonly #patienceMs: number;
  readonly #queue = new WaitingLine();
  #scheduled = false;
  #retry: Timer | undefined;
  #pauseMs = firstPauseMs;
  /** Since when another process has kept us from writing. */
  #busySince: number | undefined;

  constructor(host: WriteQueueHost) {
    this.#host = host;
    this.#patienceMs = host.host.operationTimeoutMs * 0.9;
  }

  /** When something that begins now has to be under way. */
  deadline(): number {
    return this.#now() + this.#patienceMs;
  }

  /** Resolves with what the change gives, once that is stored. */
  add<T>(change: Change<T>, { until = this.deadline(), asOne }: WriteOptions<T> = {}): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#queue.add({
        change,
        asOne,
        until,
        resolve: resolve as (result: unknown) => void,
        reject,
        alone: false,
      });
      this.#schedule();
    });
  }

  /** Rejects everything that has not begun. */
  rejectAll(error: unknown): void {
    this.#retry?.clear();
    this.#retry = undefined;
    this.#busySince = undefined;
    for (const { reject } of this.#queue.takeAll()) reject(error);
  }

  #schedule(): void {
    if (this.#scheduled || this.#retry) return;
    this.#scheduled = true;
    const flush = () => {
      this.#scheduled = false;
      this.#flush();
    };
    // After everything of this turn that is ready to go on, which may want to write too.
    if (this.#host.turns.over) setImmediate(flush);
    else process.nextTick(flush);
  }

  #flush(): void {
    if (this.#queue.length === 0) return;
    let connection: Connection;
    try {
      connection = this.#host.connection();
    } catch (error) {
      this.rejectAll(error);
      return;
    }
    const only = this.#queue.length === 1 ? this.#queue.first : undefined;
    if (only?.asOne && this.#writeAsOne(connection, only, only.asOne)) return;
    try {
      connection.statement("BEGIN IMMEDIATE").run();
    } catch (error) {
      if (isBusy(error)) this.#later(error);
      else this.rejectAll(this.#host.toFailure(error));
      return;
    }
    this.#busySince = undefined;
    this.#pauseMs = firstPauseMs;
    this.#write(connection);
    if (this.#queue.length > 0) this.#schedule();
  }

  /** Answers whether that was all. */
  #writeAsOne(connection: Connection, waiting: Waiting, write: AsOne<unknown>): boolean {
    if (waiting.alone || waiting.until <= this.#now()) return false;
    let stored: Stored<unknown> | undefined;
    try {
      stored = write(connection);
    } catch (error) {
      if (isBusy(error)) {
        this.#later(error);
      } else {
        this.#queue.remove(1);
        waiting.reject(this.#host.toFailure(error));
      }
      return true;
    }
    if (!stored) return false;
    this.#busySince = undefined;
    this.#pauseMs = firstPauseMs;
    this.#queue.remove(1);
    this.#host.ring(stored.topic);
    waiting.resolve(stored.result);
    this.#host.written();
    return true;
  }

  #write(connection: Connection): void {
    const startedAt = this.#now();
    const topics = new Set<Topic>();
    const transaction = {
      connection,
      now: connection.clock.now(),
      stored: false,
      ring: (topic: Topic) => void topics.add(topic),
    };
    const done: Outcome[] = [];
    let current: Waiting | undefined;
    try {
      for (current = this.#queue.first; current; current = this.#queue.at(done.length)) {
        const now = this.#now();
        if (done.length > 0 && (current.alone || now - startedAt > transactionMs)) break;
        const late = current.until <= now;
        done.push({ waiting: current, late, result: late ? undefined : current.change(transaction) });
        if (current.alone) break;
      }
      connection.statement("COMMIT").run();
      transaction.stored = true;
    } catch (error) {
      rollBack(connection);
      this.#failed(done, current, error);
      return;
    }
    this.#queue.remove(done.length);
    for (const topic of topics) this.#host.ring(topic);
    for (const { waiting, late, result } of done) {
      if (late) waiting.reject(this.#unavailable("its turn did not come in time"));
      else waiting.resolve(result);
    }
    this.#host.written();
  }

  /** Nothing of the transaction is stored. Each change is tried by itself, so that one cannot spoil the others. */
  #failed(done: readonly Outcome[], current: Waiting | undefined, error: unknown): void {
    if (isBusy(error)) {
      this.#later(error);
      return;
    }
    const tried = new Set(done.map(({ waiting }) => waiting));
    if (current) tried.add(current);
    if (tried.size > 1) {
      for (const waiting of tried) waiting.alone = true;
      return;
    }
    this.#queue.first?.reject(this.#host.toFailure(error));
    this.#queue.remove(1);
  }

  /** Somebody else writes: again after a moment. */
  #later(error: unknown): void {
    const now = this.#now();
    this.#busySince ??= now;
    const busyMs = now - this.#busySince;
    const cause = this.#unavailable(
      `another process has been holding its lock for ${Math.round(busyMs)} ms`,
      error,
    );
    if (busyMs >= this.#patienceMs) {
      this.rejectAll(cause);
      this.#host.lockedOut(cause);
      return;
    }
    for (const { reject } of this.#queue.takeLate(now)) reject(cause);
    if (this.#queue.length === 0) {
      // Nobody goes on trying, so that nobody knows how long it lasts.
      this.#busySince = undefined;
      return;
    }
    const pause = this.#pauseMs * (0.5 + Math.random());
    this.#pauseMs = Math.min(longestPauseMs, this.#pauseMs * 1.5);
    this.#retry = this.#host.host.clock.setTimer(() => {
      this.#retry = undefined;
      this.#flush();
    }, pause);
  }

  #unavailable(reason: string, cause?: unknown): AttuneError {
    return new AttuneError(
      "ATTUNE_TRANSPORT_UNAVAILABLE",
      `The store at ${this.#host.location} cannot be written to: ${reason}.`,
      { cause },
    );
  }

  #now(): number {
    return this.#host.host.clock.monotonic();
  }
}
