/**
 * The groups facet: the work on a stream shared out among consumers, each entry to one of them at a time.
 *
 * Glossary
 * - group: one position in one stream, and what is pending. Groups of a stream do not see each other; a group goes away
 *   with its stream.
 * - consumer: who reads for a group, by a name. It needs no opening.
 * - delivery: one handing over of an entry to one consumer. Its token names it: of all deliveries of an entry only the
 *   newest counts, and only until the entry was acknowledged or handed back.
 * - pending: delivered or handed back, and not acknowledged.
 * - acknowledging: the group is done with an entry. Handing back: it is not, and some consumer is to get it (again).
 * - claiming: getting what has been pending for too long, or was handed back and its delay is over.
 * - idle: how long ago an entry was delivered, or last extended.
 * - floor: everything up to this id has been acknowledged, or was trimmed before it could be.
 *
 * Entries are delivered at least once, new ones in the order of the stream. Time is the store's, never a client's.
 */
import type { StreamEntry } from "./streams.ts";

/** From where a new group reads: what the stream retains, what comes from now on, or what follows an id (exclusive). */
export type GroupStart = "beginning" | "now" | { readonly after: string };

export interface CreateGroupRequest {
  readonly eventType: string;
  readonly group: string;
  readonly from: GroupStart;
}

export interface ReadGroupRequest {
  readonly eventTypes: readonly string[];
  readonly group: string;
  readonly consumer: string;
  /** At most so many entries per stream. */
  readonly count: number;
}

export interface ClaimEntriesRequest extends ReadGroupRequest {
  /** What is idle for so long is taken from whoever has it. 0: all that is pending, whoever has it. */
  readonly minIdleMs: number;
}

export interface Delivery {
  readonly entry: StreamEntry;
  /** Names this delivery. Opaque text of at most 1024 bytes. */
  readonly token: string;
  /** How often the entry was delivered within this group, this time included: from 1. */
  readonly deliveries: number;
}

/** What one call gave of one stream. */
export interface GroupReading {
  readonly eventType: string;
  /** False: there is no such group (any more), and nothing else is told here. */
  readonly exists: boolean;
  /** New ones in the order of the stream; claimed ones in no particular order. */
  readonly deliveries: readonly Delivery[];
  /**
   * How many entries were trimmed away before the group read them, since this was last told; each is told once, to one
   * caller, and maybe only by a later call. `null`: some, the store does not know how many. Always 0 from `claim`.
   */
  readonly missed: number | null;
  /** Pending entries that would have been claimed but were trimmed away. They are not pending any more. Empty from `read`. */
  readonly lostIds: readonly string[];
  /** Where a group could be made again without losing anything, if the store lost it: its floor, as of this call. */
  readonly floorId: string;
}

/** An entry as it was delivered. */
export interface DeliveredEntry {
  readonly id: string;
  readonly token: string;
}

export interface DeliveriesRequest {
  readonly eventType: string;
  readonly group: string;
  readonly entries: readonly DeliveredEntry[];
}

export interface HandBackRequest extends DeliveriesRequest {
  /** Nobody gets them before so long. From 0. */
  readonly delayMs: number;
  /** False: as if it had not been delivered this time: `deliveries` does not count it. */
  readonly counted: boolean;
}

export interface PendingRequest {
  readonly eventType: string;
  readonly group: string;
  /** At most so many, in the order of the stream. */
  readonly count: number;
  /** Left out: from the first on. Else what comes behind this id. */
  readonly afterId?: string | undefined;
}

export interface PendingEntry {
  readonly id: string;
  /** Who has it; `null`: nobody, it was handed back. */
  readonly consumer: string | null;
  readonly deliveries: number;
  /** Milliseconds since it was delivered, extended or handed back. */
  readonly idleMs: number;
}

export interface GroupState {
  readonly group: string;
  /** How many entries are pending. */
  readonly pending: number;
  /** How many entries of the stream were not yet delivered to the group; `null` where the store does not know. */
  readonly lag: number | null;
  /** The id of the newest entry delivered; "0-0" or where the group began before the first. */
  readonly deliveredId: string;
  readonly floorId: string;
}

export interface GroupStore {
  /**
   * Makes a group where there is none by this name; one that is there stays as it is. The stream is made too, empty, where
   * there is none. Answers whether the group is new. Safe to repeat.
   */
  create(request: CreateGroupRequest): Promise<boolean>;

  /**
   * Delivers new entries: those behind what the group has been delivered so far. One reading per event type, in the order
   * asked for. Rejecting, it may have delivered: those entries are pending, and are claimed some time.
   */
  read(request: ReadGroupRequest): Promise<GroupReading[]>;

  /** Delivers again what has been pending for too long, oldest first as far as the store can tell. As `read` else. */
  claim(request: ClaimEntriesRequest): Promise<GroupReading[]>;

  /**
   * Ends that these are pending. Answers for each whether it was done by this call: not for an entry that was delivered
   * again since, handed back or acknowledged.
   */
  acknowledge(request: DeliveriesRequest): Promise<boolean[]>;

  /** These are being worked on: they are not idle as of now. Answers for each whether it is still this delivery's. */
  extend(request: DeliveriesRequest): Promise<boolean[]>;

  /** Gives them back, for any consumer to claim. Answers as `acknowledge`. */
  handBack(request: HandBackRequest): Promise<boolean[]>;

  /** What is pending, by id. Empty where there is no such group. */
  pending(request: PendingRequest): Promise<PendingEntry[]>;

  /** The groups of a stream, by name. */
  states(eventType: string): Promise<GroupState[]>;

  /** Forgets a consumer in these streams, unless something is pending with it. */
  leave(request: {
    readonly eventTypes: readonly string[];
    readonly group: string;
    readonly consumer: string;
  }): Promise<void>;

  /** Removes a group. Answers whether there was one. */
  delete(eventType: string, group: string): Promise<boolean>;
}
