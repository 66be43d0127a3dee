/** What `EventStreamer` and its methods are given. */
import type { Cursor, Gap, Logger, Transport } from "@attune/transport";
import type { EventDefinition } from "./define-event.ts";
import type { EventSelector } from "./event-selection.ts";
import type { HistoryRange } from "./history.ts";

export interface EventStreamerOptions {
  /** Default: one transport per process, opened on first use from ATTUNE_URL, else the embedded file. */
  readonly transport?: Transport;
  /** Default: the transport's. */
  readonly logger?: Logger;
  /** Who publishes, where an event does not say so. Default "attune", at most 1024 bytes. */
  readonly source?: string;
  /**
   * Streams are trimmed to about this many entries as events are published. Default 10,000. Longer while an archive asks for it, and
   * for the first events of a process, which cannot know yet whether one does: to a hundred times as many.
   */
  readonly maxLength?: number;
}

export interface PublishOptions {
  /** Default: the streamer's `source`. */
  readonly source?: string;
  /**
   * At most 512 bytes. Publishing again with the same key and type within 2 minutes stores nothing and gives the first
   * entry's id. With a key, publishing is retried until `operationTimeoutMs` is over; without one it is sent once.
   */
  readonly idempotencyKey?: string;
}

/** One event of `publishEvents`. */
export interface EventToPublish extends PublishOptions {
  readonly eventType: string | EventDefinition;
  /** Any JSON value. */
  readonly data: unknown;
}

export interface ConsumeOptions<Selectors extends readonly EventSelector[]> {
  /** Left out: all types, those created later included. */
  readonly eventTypes?: Selectors;
  /**
   * `"now"` (default): what is published after `ready`. `"beginning"`: what the streams retain, then live. A saved
   * cursor: what came after it; a type that the cursor does not know is read from its beginning.
   */
  readonly from?: "now" | "beginning" | Cursor;
  /** Events per read while catching up. Default 1000, from 1 to 10,000. */
  readonly count?: number;
  /**
   * How long one wait in the store may last before the consumer looks again. Default 5000, from 10 to 60,000. It bounds
   * how long a connection that silently died stays unnoticed (this + 2 s), not the latency of events.
   */
  readonly blockMs?: number;
  /** Ends the iteration when no event came for so long. Default: never. */
  readonly idleTimeoutMs?: number;
  /** Ends the iteration. */
  readonly signal?: AbortSignal;
  /**
   * Called before the next event when events were trimmed away unread, or the stream was deleted or lost by its server.
   * Default: a warning.
   */
  readonly onGap?: (gap: Gap) => void;
}

export interface ReplayOptions<Selectors extends readonly EventSelector[]> extends HistoryRange {
  /** Left out: all types. */
  readonly eventTypes?: Selectors;
  readonly signal?: AbortSignal;
}
