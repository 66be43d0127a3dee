/**
 * What a store must do to be a transport. Write a `TransportAdapter`, hand it to `createTransport`, run
 * `@attune/transport-conformance` on the result: that is all there is to a new transport.
 *
 * The contract in three sentences: every operation is atomic and none waits (but for `streams.read` where
 * `capabilities.blockingRead` says so); arguments arrive checked, complete and encoded; a store that cannot do its part
 * rejects with `ATTUNE_TRANSPORT_UNAVAILABLE` or `ATTUNE_STORE_REFUSED` and never answers as if it had.
 *
 * Facets are properties of the adapter, one store each: `streams`, `groups`, `mailboxes`, `records`. They know nothing of each
 * other, but that groups are of streams.
 */
import type { Clock } from "../clock.ts";
import type { Logger } from "../logger.ts";
import type { Bell } from "./bell.ts";
import type { GroupStore } from "./groups.ts";
import type { MailboxStore } from "./mailboxes.ts";
import type { RecordStore } from "./records.ts";
import type { StreamStore } from "./streams.ts";

/** What a store can do beyond the contract's minimum. The conformance suite tests the presence and the absence of each. */
export interface Capabilities {
  /** Who sees what is stored: this process, every process of this machine, or of the network. */
  readonly sharedBy: "process" | "machine" | "network";
  /** `streams.read` can wait in the store for entries. Without it a waiter relies on the bell's `stream:` topics. */
  readonly blockingRead: boolean;
  /** The store counts ordinals, so that gaps are reported with their exact number. */
  readonly exactGaps: boolean;
}

/** What a store says of itself, for people: a command line, a dashboard. Nothing is decided by it. */
export interface StoreInfo {
  /** As its makers write it: "Redis", "Valkey", "SQLite"; "memory" for that of this process. Never empty. */
  readonly product: string;
  /** Of the server, or of the library that is the store. Null where there is none, or it is not told. */
  readonly version: string | null;
  /**
   * What the whole store takes where it lives, on disk or in memory: everything of every prefix, of other programs on the
   * same store too, and what the store needs beside it. A whole number; null where it is unknown, which 0 would not say.
   */
  readonly bytes: number | null;
}

/** What an adapter is given to work with. */
export interface AdapterHost {
  readonly prefix: string;
  readonly operationTimeoutMs: number;
  readonly logger: Logger;
  readonly clock: Clock;
  /** When false, nothing of the adapter (socket, timer, watcher) may keep the process alive. */
  readonly keepsProcessAlive: boolean;
  /** To be called on every change: whether operations can currently be expected to work, and why not. */
  setAvailable(available: boolean, cause?: unknown): void;
}

export interface TransportAdapter {
  /** Short name of the kind of store: "memory", "redis". */
  readonly name: string;
  /** Which store, for people: no passwords. */
  readonly location: string;
  readonly capabilities: Capabilities;
  readonly streams: StreamStore;
  readonly groups: GroupStore;
  readonly mailboxes: MailboxStore;
  readonly records: RecordStore;
  readonly bell: Bell;
  /** Asks the store each time: it may have grown, or be another version since. Rejects as operations of facets do. */
  info(): Promise<StoreInfo>;
  /** Resolves when it is first known whether the store can be reached. Never rejects for a store that is away. */
  opened(): Promise<void>;
  /** Told when an operation did not settle in time, so that a connection which went silent can be replaced. */
  operationTimedOut?(): void;
  /** Releases everything within a second, whatever the store does. Called once. */
  close(): Promise<void>;
}
