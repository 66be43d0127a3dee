/**
 * Learns what other processes have changed, and rings for it: woken by the file system, and by a look now and then for what it
 * did not tell.
 */
import type { Clock, Timer, Topic } from "@attune/transport";
import type { BellListener, SqliteBell } from "./bell.ts";
import { ChangeReader } from "./change-reader.ts";
import type { Database } from "./database.ts";
import { FolderWatch } from "./folder-watch.ts";

/** Notice of a write comes while it is being made: it can be read a moment later. */
const recheckMs = 1;
/** For what the file system did not tell. */
const safetyMs = 50;

export class ForeignChanges implements BellListener {
  readonly #database: Database;
  readonly #bell: SqliteBell;
  readonly #clock: Clock;
  readonly #folder: FolderWatch;
  #reader: ChangeReader | undefined;
  readonly #watched = new Set<Topic>();
  #recheck: Timer | undefined;
  #safety: Timer | undefined;

  constructor(database: Database, bell: SqliteBell, clock: Clock) {
    this.#database = database;
    this.#bell = bell;
    this.#clock = clock;
    this.#folder = new FolderWatch({
      written: () => this.#told(),
      moved: () => database.verify(),
    });
    bell.listenWith(this);
    database.listen({
      opened: () => this.#opened(),
      closed: () => this.#stop(),
    });
  }

  watched(topics: readonly Topic[]): void {
    for (const topic of topics) this.#watched.add(topic);
    if (!this.#safety) this.#armSafety();
    const reader = this.#reader ?? this.#start();
    if (reader) this.#database.peek((connection) => reader.watch(connection, topics));
  }

  left(topic: Topic): void {
    this.#watched.delete(topic);
    this.#reader?.leave(topic);
    if (this.#watched.size === 0) this.#stop();
  }

  /** After the file was away anything may have changed. */
  #opened(): void {
    if (this.#watched.size === 0) return;
    this.#armSafety();
    this.#start();
    this.#ringAll();
  }

  /** `undefined` while the file is busy or away: the next look tries again. */
  #start(): ChangeReader | undefined {
    this.#reader = this.#database.peek((connection) => {
      this.#folder.start(this.#database.path, connection.file.realPath);
      const reader = new ChangeReader(connection);
      reader.watch(connection, [...this.#watched]);
      return reader;
    });
    return this.#reader;
  }

  #stop(): void {
    this.#reader = undefined;
    this.#folder.stop();
    this.#recheck?.clear();
    this.#recheck = undefined;
    this.#safety?.clear();
    this.#safety = undefined;
  }

  #armSafety(): void {
    this.#safety?.clear();
    this.#safety = this.#clock.setTimer(
      () => {
        this.#safety = undefined;
        this.#look();
        if (this.#watched.size > 0 && !this.#safety) this.#armSafety();
      },
      safetyMs,
      { background: true },
    );
  }

  /** A write was noticed, perhaps our own. */
  #told(): void {
    if (this.#recheck) return;
    this.#look();
    this.#recheck = this.#clock.setTimer(
      () => {
        this.#recheck = undefined;
        this.#look();
      },
      recheckMs,
      { background: true },
    );
  }

  #look(): void {
    const reader = this.#reader;
    if (!reader) {
      // What changed before this one began is not known.
      if (this.#start()) this.#ringAll();
      return;
    }
    const changed = this.#database.peek((connection) => reader.changed(connection));
    if (changed) for (const topic of changed) this.#bell.ring(topic);
  }

  #ringAll(): void {
    for (const topic of [...this.#watched]) this.#bell.ring(topic);
  }
}
