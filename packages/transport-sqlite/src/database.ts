/**
 * The file as the stores see it: reads and writes that never wait in SQLite, and that end when the file is gone. A file that was
 * removed or replaced is noticed, and opened again.
 */
import { type AdapterHost, AttuneError, sleep, type Timer, type Topic } from "@attune/transport";
import { type Connection, rollBack } from "./connection.ts";
import {
  bytesOf,
  identify,
  isSameFile,
  isStillSameFile,
  logLeft,
  logPath,
  type OpenFile,
  removeLog,
} from "./database-file.ts";
import { migrations } from "./migrate.ts";
import { type OpeningOptions, tryToOpen } from "./open-connection.ts";
import { isBusy, toStoreFailure } from "./sqlite-errors.ts";
import { Turns } from "./turns.ts";
import { type Change, type WriteOptions, WriteQueue } from "./write-queue.ts";

/** The file is looked for in each turn that uses it, and so often while none does. */
const idleLookMs = 250;
/** How long the log of a file that was replaced is left to those who have not noticed yet. */
const oldLogMs = 600;
/** Pauses between attempts to open what cannot be opened. */
const reopenMs = 150;
/** Pauses between attempts to read or open while somebody has the file to himself for a moment. */
const busyPauseMs = 2;
/** Pauses between attempts to write while another process keeps the lock. */
const lockLookMs = 20;
/** So many in a row, some milliseconds apart, are no coincidence. */
const lockLooks = 10;

export interface DatabaseListener {
  /** Another connection is in use from now on. */
  opened?(connection: Connection): void;
  /** Something was written by this connection. */
  written?(): void;
  closed?(): void;
}

export class Database {
  readonly path: string;
  readonly location: string;
  readonly turns = new Turns();
  readonly #host: AdapterHost;
  readonly #options: OpeningOptions;
  readonly #queue: WriteQueue;
  readonly #listeners = new Set<DatabaseListener>();
  readonly #ended = new AbortController();
  #connection: Connection | undefined;
  #lookTimer: Timer | undefined;
  #reopening = false;
  #lockedOut = false;
  /** The turn of the event loop in which the file was last looked for. */
  #verifiedIn = 0;
  /** The file that was removed or replaced, until one is open again. */
  #lostFile: OpenFile | undefined;
  #lostAt = 0;

  constructor(host: AdapterHost, options: OpeningOptions, ring: (topic: Topic) => void) {
    this.#host = host;
    this.#options = options;
    this.path = options.path;
    this.location = `sqlite:${options.path}`;
    this.#queue = new WriteQueue({
      host,
      turns: this.turns,
      location: this.location,
      connection: () => this.#current(),
      ring,
      toFailure: (error) => toStoreFailure(error, this.location),
      written: () => {
        for (const listener of this.#listeners) listener.written?.();
      },
      lockedOut: (cause) => void this.#untilUnlocked(cause),
    });
  }

  listen(listener: DatabaseListener): void {
    this.#listeners.add(listener);
  }

  /** Resolves when it is known whether the file can be used. Rejects with an `AttuneError` when it cannot for good. */
  async open(): Promise<void> {
    try {
      this.#use(await this.#opened());
    } catch (error) {
      if (error instanceof AttuneError && error.code !== "ATTUNE_TRANSPORT_UNAVAILABLE") throw error;
      this.#lost(error);
    }
  }

  /** Runs a look at the file, again while somebody has it to himself. */
  async read<T>(look: (connection: Connection) => T): Promise<T> {
    if (this.turns.over) await this.turns.next();
    const { clock, operationTimeoutMs } = this.#host;
    const until = clock.monotonic() + operationTimeoutMs * 0.9;
    for (;;) {
      const connection = this.#current();
      try {
        return look(connection);
      } catch (error) {
        if (!isBusy(error)) throw toStoreFailure(error, this.location);
        if (clock.monotonic() > until) throw this.#unavailable("is kept by another process", error);
      }
      await sleep(clock, busyPauseMs * (0.5 + Math.random()), { signal: this.#ended.signal });
    }
  }

  /** Runs a change in a transaction, with others of this turn. Resolves once it is stored. */
  write<T>(change: Change<T>, options?: WriteOptions<T>): Promise<T> {
    return this.#queue.add(change, options);
  }

  /** By when a change that is asked for now has to begin. */
  deadline(): number {
    return this.#queue.deadline();
  }

  /**
   * A look at once, for what is only a hint: `undefined` where that is not possible now. Never throws: it runs in timers, and
   * what is wrong with the file is told to those who ask for something.
   */
  peek<T>(look: (connection: Connection) => T): T | undefined {
    if (!this.#connection) return undefined;
    try {
      return look(this.#connection);
    } catch (error) {
      if (!isBusy(error))
        this.#host.logger.debug(`attune: a look at ${this.location} failed: ${String(error)}`);
      return undefined;
    }
  }

  /** Makes sure that the file, and its log, are still where they were. */
  verify(): void {
    const { file } = this.#connection ?? {};
    if (!file) return;
    const found = identify(this.path);
    if (!isSameFile(file.identity, found)) {
      this.#lostFile = file;
      this.#lostAt = this.#host.clock.monotonic();
      // Wherever it is now, it is to hold everything that was acknowledged; and an empty log cannot spoil another file.
      this.peek((connection) => connection.execute("PRAGMA wal_checkpoint(TRUNCATE)"));
      this.#lost(this.#gone(`The file ${this.path} was ${found ? "replaced by another" : "removed"}`));
    } else if (file.log && !isSameFile(file.log, identify(logPath(file.realPath)))) {
      // Others would begin another one, and know nothing of ours.
      this.#host.logger.warn(
        `attune: the log of ${this.path} (${logPath(file.realPath)}) was removed while it was in use. What was written lately may be lost.`,
      );
      this.#lost(this.#gone(`The log of ${this.path} was removed`));
    }
  }

  /** Another process may have brought the file to a version that this one does not know. */
  #checkVersion(): void {
    const version = this.peek(
      (connection) => connection.statement("PRAGMA user_version").get()?.user_version,
    );
    const { migrations: known = migrations } = this.#options;
    if (version === undefined || Number(version) <= known.length) return;
    this.#lost(this.#gone(`The file ${this.path} was upgraded by a newer @attune/transport-sqlite`));
  }

  get isOpen(): boolean {
    return this.#connection !== undefined;
  }

  bytes(): number {
    return this.#connection ? bytesOf(this.#connection.file) : 0;
  }

  close(): void {
    this.#ended.abort();
    this.#queue.rejectAll(this.#unavailable("is closed"));
    this.#disconnect();
  }

  #current(): Connection {
    const turn = this.turns.number;
    if (turn !== this.#verifiedIn) this.verify();
    this.#verifiedIn = turn;
    if (this.#connection) return this.#connection;
    throw this.#unavailable("is not open");
  }

  async #opened(): Promise<Connection> {
    const { clock, operationTimeoutMs } = this.#host;
    const until = clock.monotonic() + operationTimeoutMs;
    for (;;) {
      const connection = tryToOpen(this.#options);
      if (connection) return connection;
      if (clock.monotonic() > until) throw this.#unavailable("is kept by another process");
      await sleep(clock, busyPauseMs * (0.5 + Math.random()), { signal: this.#ended.signal });
      if (this.#ended.signal.aborted) throw this.#unavailable("is closed");
    }
  }

  #use(connection: Connection): void {
    if (this.#ended.signal.aborted) {
      connection.close();
      return;
    }
    this.#connection = connection;
    this.#watchFile();
    try {
      for (const listener of this.#listeners) listener.opened?.(connection);
    } catch (error) {
      this.#disconnect();
      throw error;
    }
    this.#host.setAvailable(true);
    const lost = this.#lostFile;
    this.#lostFile = undefined;
    // The same file again was only away.
    if (!lost || isStillSameFile(lost.identity, connection.file.identity)) return;
    this.#host.logger.warn(
      `attune: the file ${this.path} was removed or replaced while it was in use. What was stored in the old one is not there any more.`,
    );
  }

  #lost(cause: unknown): void {
    this.#disconnect();
    this.#host.setAvailable(false, cause);
    this.#queue.rejectAll(this.#unavailable("is away", cause));
    if (!this.#reopening) void this.#reopen();
  }

  async #reopen(): Promise<void> {
    this.#reopening = true;
    const { signal } = this.#ended;
    while (!signal.aborted && !this.#connection) {
      try {
        if (this.#clearOfOldLog()) this.#use(await this.#opened());
      } catch (error) {
        if (!signal.aborted) this.#host.setAvailable(false, error);
      }
      if (!this.#connection) await sleep(this.#host.clock, reopenMs, { signal, background: true });
    }
    this.#reopening = false;
  }

  /**
   * Takes the log of a file that was replaced out of the way of the one that is in its place now; answers whether it is. Processes that have
   * noticed write it back into their file; what is left of it is given up once all have had time to.
   */
  #clearOfOldLog(): boolean {
    const lost = this.#lostFile;
    // A symbolic link may lead elsewhere now, and the file be where it was.
    if (!lost || isSameFile(lost.identity, identify(lost.realPath))) return true;
    const bytes = logLeft(lost);
    if (bytes === undefined) return true;
    if (bytes > 0 && this.#host.clock.monotonic() - this.#lostAt < oldLogMs) return false;
    removeLog(lost);
    return true;
  }

  #disconnect(): void {
    this.#lookTimer?.clear();
    this.#lookTimer = undefined;
    const connection = this.#connection;
    this.#connection = undefined;
    if (!connection) return;
    for (const listener of this.#listeners) listener.closed?.();
    connection.close();
  }

  #watchFile(): void {
    this.#lookTimer = this.#host.clock.setTimer(
      () => {
        this.verify();
        this.#checkVersion();
        if (this.#connection) this.#watchFile();
      },
      idleLookMs,
      { background: true },
    );
  }

  /**
   * Whether nobody can write now: another process has been holding the lock for longer than a transaction takes. For those who only
   * read, and would not find out.
   */
  async isLocked(): Promise<boolean> {
    for (let look = 1; ; look++) {
      if (!this.#connection || this.peek(canWrite)) return false;
      if (look === lockLooks) return true;
      await sleep(this.#host.clock, busyPauseMs * (0.5 + Math.random()) * 5, { signal: this.#ended.signal });
    }
  }

  /** Somebody keeps the lock for writing: away, until he lets go of it. */
  async #untilUnlocked(cause: Error): Promise<void> {
    const held = this.#connection;
    if (!held || this.#lockedOut) return;
    this.#lockedOut = true;
    this.#host.setAvailable(false, cause);
    const { signal } = this.#ended;
    while (this.#connection === held) {
      await sleep(this.#host.clock, lockLookMs, { signal, background: true });
      if (!this.peek(canWrite)) continue;
      if (this.#connection === held) this.#host.setAvailable(true);
      break;
    }
    this.#lockedOut = false;
  }

  #gone(what: string): AttuneError {
    return new AttuneError("ATTUNE_TRANSPORT_UNAVAILABLE", `${what} while it was in use.`);
  }

  #unavailable(how: string, cause?: unknown): AttuneError {
    const reason = cause instanceof Error ? `: ${cause.message}` : "";
    return new AttuneError("ATTUNE_TRANSPORT_UNAVAILABLE", `The store at ${this.location} ${how}${reason}`, {
      cause,
    });
  }
}

function canWrite(connection: Connection): true {
  connection.statement("BEGIN IMMEDIATE").run();
  rollBack(connection);
  return true;
}
