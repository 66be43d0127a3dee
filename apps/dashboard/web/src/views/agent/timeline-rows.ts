/** The rows of a timeline: beats that follow each other are folded into one row. */

import type { TimelineKind } from "../../../../src/protocol/timeline-kind.ts";
import { keyOfItem } from "./agent-timeline.ts";
import { type BeatData, beatOf } from "./beat-of.ts";
import type { TimelineItem } from "./timeline-item.ts";

export interface ItemRow {
  readonly kind: "item";
  readonly key: string;
  readonly item: TimelineItem;
  /** Of beats that were folded and are shown. */
  readonly isInner: boolean;
}

export interface BeatsRow {
  readonly kind: "beats";
  /** Of the oldest beat: it stays as newer ones come. */
  readonly key: string;
  readonly count: number;
  readonly newest: TimelineItem;
  readonly oldest: TimelineItem;
  readonly from: number;
  readonly to: number;
  readonly status: string;
  readonly isOpen: boolean;
}

export type TimelineRow = ItemRow | BeatsRow;

export interface TimelineRowsOptions {
  /** None: all. */
  readonly kinds: ReadonlySet<TimelineKind>;
  /** Keys of folded beats that are shown. */
  readonly open: ReadonlySet<string>;
}

/** Fewer are shown as they are. */
const fewestFolded = 3;

/** `items` newest first, and so are the rows. */
export function timelineRows(
  items: readonly TimelineItem[],
  { kinds, open }: TimelineRowsOptions,
): TimelineRow[] {
  const rows: TimelineRow[] = [];
  let beats: { item: TimelineItem; beat: BeatData }[] = [];
  const fold = () => {
    rows.push(...rowsOfBeats(beats, open));
    beats = [];
  };
  for (const item of items) {
    if (kinds.size > 0 && !kinds.has(item.kind)) continue;
    const beat = item.kind === "beat" ? beatOf(item) : undefined;
    if (!beat || (beats.length > 0 && beats[0]!.beat.status !== beat.status)) fold();
    if (beat) beats.push({ item, beat });
    else rows.push(rowOf(item));
  }
  fold();
  return rows;
}

function rowsOfBeats(
  beats: readonly { item: TimelineItem; beat: BeatData }[],
  open: ReadonlySet<string>,
): TimelineRow[] {
  if (beats.length < fewestFolded) return beats.map(({ item }) => rowOf(item));
  const newest = beats[0]!;
  const oldest = beats.at(-1)!;
  const key = `beats ${keyOfItem(oldest.item)}`;
  const isOpen = open.has(key);
  const folded: BeatsRow = {
    kind: "beats",
    key,
    count: beats.length,
    newest: newest.item,
    oldest: oldest.item,
    from: oldest.beat.progress,
    to: newest.beat.progress,
    status: newest.beat.status,
    isOpen,
  };
  return [folded, ...(isOpen ? beats.map(({ item }) => rowOf(item, true)) : [])];
}

function rowOf(item: TimelineItem, isInner = false): ItemRow {
  return { kind: "item", key: keyOfItem(item), item, isInner };
}
