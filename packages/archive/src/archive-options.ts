/** What `new Archive` takes, and the checks of it. */
import {
  AttuneError,
  type Cursor,
  checkDuration,
  checkEventType,
  checkInteger,
  checkText,
  type Gap,
  type Logger,
  parseCursor,
  type Transport,
} from "@attune/transport";
import type { ArchiveProgress } from "./archive-progress.ts";
import type { Sink } from "./sink.ts";

export interface ArchiveOptions {
  /** Default: one transport per process, opened on first use from ATTUNE_URL, else the embedded file. */
  readonly transport?: Transport;
  /** Stays open when the archive is closed. */
  readonly sink: Sink;
  /**
   * Under which the position is kept in the sink; two archives of one name take turns, not shares. Default "archive"; 1 to 200 bytes.
   */
  readonly name?: string;
  /** Left out: all types, those created later included. */
  readonly eventTypes?: readonly string[];
  /** Where an archive begins of which the sink knows nothing yet. Default "beginning": with what the streams hold. */
  readonly from?: "beginning" | "now" | Cursor;
  /** A batch is written once one of these is reached. */
  readonly batch?: {
    /** Events. Default 5000, from 1 to 100,000. */
    readonly count?: number;
    /** Bytes of their data. Default 4 MiB, from 1024. */
    readonly bytes?: number;
    /** Milliseconds since its first event. Default 1000, from 0 to 3,600,000. */
    readonly waitMs?: number;
  };
  /** Publishers do not trim before it is archived; the archive trims then. Default: they trim as ever. */
  readonly archiveBeforeTrim?: {
    /** So many of the newest events of each type stay in the stream (about). From 1. */
    readonly keep: number;
    /** So long a stream may become meanwhile, at most: then its oldest go unarchived, and are counted as missed. From `keep`. */
    readonly maxLength: number;
  };
  /** How long the position of another archiver of this name has to stand still until this one takes over. Default 30,000, from 100 to 2,147,483,647. */
  readonly takeOverMs?: number;
  /** How long closing may take to write what was received. Default 10,000, from 0 to 2,147,483,647. */
  readonly closeTimeoutMs?: number;
  /** After each batch, and when the status changes. */
  readonly onProgress?: (progress: ArchiveProgress) => void;
  /** Once what follows the gap is archived. Default: a warning with the number. */
  readonly onGap?: (gap: Gap) => void;
  /** Default: the transport's. */
  readonly logger?: Logger;
}

export interface BatchLimits {
  readonly count: number;
  readonly bytes: number;
  readonly waitMs: number;
}

export interface CheckedOptions {
  readonly sink: Sink;
  readonly name: string;
  readonly eventTypes: readonly string[] | "all";
  readonly from: "beginning" | "now" | Cursor;
  readonly batch: BatchLimits;
  readonly archiveBeforeTrim: { readonly keep: number; readonly maxLength: number } | undefined;
  readonly takeOverMs: number;
  readonly closeTimeoutMs: number;
}

/** Throws `ATTUNE_ARGUMENT_INVALID`, `ATTUNE_EVENT_TYPE_INVALID` or `ATTUNE_CURSOR_INVALID`. */
export function checkArchiveOptions(options: ArchiveOptions): CheckedOptions {
  const { sink, name = "archive", eventTypes, from = "beginning", batch = {}, archiveBeforeTrim } = options;
  if (typeof sink?.write !== "function") throw invalid("sink", "must be a sink, as openSink gives one");
  if (eventTypes && (!Array.isArray(eventTypes) || eventTypes.length === 0)) {
    throw invalid("eventTypes", "must name at least one type; leave it out for all");
  }
  if (typeof from === "object") parseCursor(from);
  else if (from !== "beginning" && from !== "now") {
    throw invalid("from", 'must be "beginning", "now" or a saved cursor');
  }
  return {
    sink,
    name: checkText("name", name, { min: 1, maxBytes: 200 }),
    eventTypes: eventTypes ? [...new Set(eventTypes.map(checkEventType))] : "all",
    from,
    batch: {
      count: checkInteger("batch.count", batch.count ?? 5000, 1, 100_000),
      bytes: checkInteger("batch.bytes", batch.bytes ?? 4 * 1024 * 1024, 1024),
      waitMs: checkDuration("batch.waitMs", batch.waitMs ?? 1000, 0, 3_600_000),
    },
    archiveBeforeTrim: archiveBeforeTrim && checkTrim(archiveBeforeTrim),
    takeOverMs: checkDuration("takeOverMs", options.takeOverMs ?? 30_000, 100, 2 ** 31 - 1),
    closeTimeoutMs: checkDuration("closeTimeoutMs", options.closeTimeoutMs ?? 10_000, 0, 2 ** 31 - 1),
  };
}

function checkTrim({ keep, maxLength }: { readonly keep: number; readonly maxLength: number }) {
  checkInteger("archiveBeforeTrim.keep", keep, 1);
  return { keep, maxLength: checkInteger("archiveBeforeTrim.maxLength", maxLength, keep) };
}

function invalid(argument: string, what: string): AttuneError {
  return new AttuneError("ATTUNE_ARGUMENT_INVALID", `${argument} ${what}.`, { details: { argument } });
}
