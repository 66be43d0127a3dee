/** How an archive is doing. */

export type ArchiveStatus =
  | "not started"
  | "running"
  | "waiting for the sink"
  | "waiting for the store"
  /** Somebody else archives under this name. */
  | "standing by"
  | "closed";

export interface ArchiveProgress {
  readonly status: ArchiveStatus;
  /** Events that this archive has written into the sink. */
  readonly archived: number;
  /** Events that the sink cannot hold, and that were put to the dead letters. */
  readonly refused: number;
  /** Events that were gone before they could be archived, as far as stores can tell. */
  readonly missed: number;
  /** Gaps of which nobody knows how many events were in them. */
  readonly gapsOfUnknownSize: number;
  /** Of the data of what was archived, in UTF-8. */
  readonly bytes: number;
  readonly batches: number;
  /** Writes that were tried again. */
  readonly retries: number;
  /** Events that were received and are not written yet. */
  readonly waiting: number;
  /** How long the oldest of them has been in its stream, in milliseconds; 0 where there is none. */
  readonly lagMs: number;
  /** Of the last error of sink or store, for people. `null`: there was none. */
  readonly lastError: string | null;
}
