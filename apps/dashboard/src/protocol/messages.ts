/**
 * What is said over `/ws`, as JSON texts in the names of the wire. The page says `hello` first, once; it is answered with a
 * `snapshot`, and from then on with a `delta` for whatever has changed. No delta is left out between the two.
 *
 * A snapshot may come again on the same connection, in the place of a delta, and means the same as the first: while the store is
 * away a page that comes back cannot be given what it has missed, and is once the store has answered. Without events a page
 * shows what it has.
 *
 * Whoever hears nothing for 10 seconds may take the connection for dead: `health` is told every 2 seconds.
 */
import type {
  AgentJson,
  AgentPatch,
  AlertJson,
  ApprovalJson,
  EventJson,
  HealthJson,
  StageJson,
} from "./records.ts";

/** The id of the last event of each type that was seen; `ordinal` as in a `Cursor` of @attune/streams. */
export interface EventPosition {
  readonly eventType: string;
  readonly id: string;
  readonly ordinal: number | null;
}

/** Events that nobody can get any more: they were gone before this server read so far. */
export interface EventGap {
  readonly event_type: string;
  /** `null`: unknown. */
  readonly missed: number | null;
  readonly reason: "trimmed" | "reset";
}

/** The parts that a message may have. Each but `agents` and `events` replaces what was known before. */
export interface Parts {
  readonly store?: StoreState;
  readonly agents?: AgentChanges;
  /** Oldest first; each belongs behind those that came before. */
  readonly events?: readonly EventJson[];
  readonly gaps?: readonly EventGap[];
  /** Pending ones, oldest first. */
  readonly approvals?: readonly ApprovalJson[];
  readonly quality?: readonly StageJson[];
  readonly health?: HealthJson;
  readonly alerts?: readonly AlertJson[];
}

export interface StoreState {
  readonly status: "available" | "unavailable";
  /** Which store, without passwords. */
  readonly location: string;
  /** When it was last seen to become so; ISO 8601. */
  readonly since: string;
  readonly reason: string | null;
}

export interface AgentChanges {
  /** Of an agent that is new, all fields. */
  readonly changed: readonly AgentPatch[];
  /** Those of whom nothing is kept any more. */
  readonly gone: readonly string[];
}

export interface Snapshot extends Parts {
  readonly kind: "snapshot";
  /** Another one after each start of the server. */
  readonly server: string;
  /** Of the package. */
  readonly version: string;
  readonly read_only: boolean;
  /** Who is written down as the responder where the page names nobody. */
  readonly responder: string;
  /**
   * Where the events stand: of all types known. Where these are more than a hello may hold, here and in deltas, one position that
   * no event has: whoever comes back with it begins anew.
   */
  readonly positions: readonly EventPosition[];
  /** `events` follow on those that the page has; otherwise they are the newest ones, and the page begins anew with them. */
  readonly resumed: boolean;
  /**
   * How many events lie between those that the page has and `events`; `null`: unknown. 0 where `resumed`: what was gone before
   * anybody could read it is told by `gaps`.
   */
  readonly missed: number | null;
  readonly agents: { readonly changed: readonly AgentJson[]; readonly gone: readonly [] };
  readonly events: readonly EventJson[];
}

export interface Delta extends Parts {
  readonly kind: "delta";
  /** Counts from 1 on each connection: whoever misses a number has missed something. */
  readonly n: number;
  /** Of the types that `events` or `gaps` are of. */
  readonly positions?: readonly EventPosition[];
}

export type ServerMessage = Snapshot | Delta;

/** The answer to a `ping`; whoever sends none gets none. */
export interface Pong {
  readonly kind: "pong";
}

/** The first message of a page. */
export interface Hello {
  readonly kind: "hello";
  /**
   * What the page has of the events, to go on behind it: the positions of the snapshot, each replaced by that of the same type in
   * a delta. Left out: nothing. Within `helloBounds`.
   */
  readonly resume?: { readonly server: string; readonly positions: readonly EventPosition[] };
}

/** More than this ends the connection. A server never tells more positions than fit. */
export const helloBounds = {
  positions: 10_000,
  /** Of the whole message. */
  bytes: 1024 * 1024,
} as const;

/** Whether the server is there. After the `hello`; all messages of a page together at most 50 within 10 seconds. */
export interface Ping {
  readonly kind: "ping";
}

export type PageMessage = Hello | Ping;

/** Why a server ends a connection: codes of the close frame. */
export const closeCodes = {
  /** The page did not take what it was sent: it may connect again, and gets what it has missed. */
  tooSlow: 4008,
  /** What the page said is no message of this protocol, or it said nothing for 10 seconds. */
  notUnderstood: 4002,
  /** It said more than is allowed in so short a time. */
  tooMany: 4029,
  /** As many pages are connected as may be. */
  full: 4013,
} as const;
