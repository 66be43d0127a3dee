/**
 * Writes in the order in which they were asked for, those of one turn in one transaction. Never waits in SQLite: while another
 * process writes, the queue looks again after a moment, and the event loop goes on.
 */
import { type AdapterHost, AttuneError, type Timer, type Topic } from "@attune/transport";
import type { Connection } from "./connection.ts";
import { isBusy } from "./sqlite-errors.ts";
import type { Turns } from "./turns.ts";

/** What a change works with. */
export interface Transaction {
  readonly connection: Connection;
  /** The file's time, milliseconds with fractions. */
  readonly now: number;
  /** Rings once the change is stored. */
  ring(topic: Topic): void;
}

/** May be run again from the start: it must leave nothing behind but in the file. */
export type Change<T> = (transaction: Transaction) => T;

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

interface Waiting {
  readonly change: Change<unknown>;
  readonly until: number;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** It, or something beside it in the same transaction, failed. */
  alone: boolean;
}

interface Outcome {
  readonly waiting: Waiting;
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
  #queue: Waiting[] = [];
  #scheduled = false;
  #retry: Timer | undefined;
  #pauseMs = firstPauseMs;
  /** Since when another process has kept us from writing. */
  #busySince: number | undefined;

  constructor(host: WriteQueueHost) {
    this.#host = host;
    this.#patienceMs = host.host.operationTimeoutMs * 0.9;
  }

  /** Resolves with what the change gives, once that is stored. */
  add<T>(change: Change<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const until = this.#now() + this.#patienceMs;
      this.#queue.push({
        change,
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
    const queue = this.#queue;
    this.#queue = [];
    for (const { reject } of queue) reject(error);
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

  #write(connection: Connection): void {
    const startedAt = this.#now();
    const topics = new Set<Topic>();
    const transaction: Transaction = {
      connection,
      now: connection.clock.now(),
      ring: (topic) => topics.add(topic),
    };
    const done: Outcome[] = [];
    let current: Waiting | undefined;
    try {
      while (this.#queue.length > done.length) {
        current = this.#queue[done.length]!;
        if (current.alone && done.length > 0) break;
        done.push({ waiting: current, result: current.change(transaction) });
        if (current.alone || this.#now() - startedAt > transactionMs) break;
      }
      connection.statement("COMMIT").run();
    } catch (error) {
      rollBack(connection);
      this.#failed(done, current!, error);
      return;
    }
    this.#queue = this.#queue.slice(done.length);
    for (const topic of topics) this.#host.ring(topic);
    for (const { waiting, result } of done) waiting.resolve(result);
    this.#host.written();
  }

  /** Nothing of the transaction is stored. Each change is tried by itself, so that one cannot spoil the others. */
  #failed(done: readonly Outcome[], current: Waiting, error: unknown): void {
    if (isBusy(error)) {
      this.#later(error);
      return;
    }
    if (current.alone || (done.length <= 1 && this.#queue.length === 1)) {
      this.#queue.shift();
      current.reject(this.#host.toFailure(error));
      return;
    }
    for (const { waiting } of done) waiting.alone = true;
    current.alone = true;
  }

  #later(error: unknown): void {
    const now = this.#now();
    this.#busySince ??= now;
    const { location, host, lockedOut } = this.#host;
    const cause = new AttuneError(
      "ATTUNE_TRANSPORT_UNAVAILABLE",
      `The store at ${location} cannot be written to: another process has been holding its lock for ${Math.round(now - this.#busySince)} ms.`,
      { cause: error },
    );
    if (now - this.#busySince >= this.#patienceMs) {
      this.rejectAll(cause);
      lockedOut(cause);
      return;
    }
    // The oldest are first, and all have the same time.
    while (this.#queue[0] && this.#queue[0].until <= now) this.#queue.shift()!.reject(cause);
    if (this.#queue.length === 0) return;
    const pause = this.#pauseMs * (0.5 + Math.random());
    this.#pauseMs = Math.min(longestPauseMs, this.#pauseMs * 1.5);
    this.#retry = host.clock.setTimer(() => {
      this.#retry = undefined;
      this.#flush();
    }, pause);
  }

  #now(): number {
    return this.#host.host.clock.monotonic();
  }
}

function rollBack(connection: Connection): void {
  try {
    connection.statement("ROLLBACK").run();
  } catch (error) {
    // SQLite itself has rolled back after some errors (full disk, failed write), and says that there is nothing to do.
    if (!/no transaction is active/.test(String(error))) throw error;
  }
}
