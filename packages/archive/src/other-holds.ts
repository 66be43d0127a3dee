/** The holds of the other archives on a transport: what they have not archived yet must not be trimmed. */
import { readTrimHold, type TrimHold, trimHoldsBucket } from "@attune/streams";
import { compareIds, type RecordStore } from "@attune/transport";

const pageSize = 100;

export class OtherHolds {
  /** Those of archivers that share a position are one. */
  readonly #holds: readonly (readonly TrimHold[])[];

  constructor(holds: readonly (readonly TrimHold[])[]) {
    this.#holds = holds;
  }

  get isEmpty(): boolean {
    return this.#holds.length === 0;
  }

  /** How many of the newest entries the others want to stay. */
  keep(eventType: string): number {
    return Math.max(0, ...this.#of(eventType).flatMap((holds) => holds.map(({ keep = 0 }) => keep)));
  }

  /** The smallest id up to which all of them have archived. */
  archivedUpTo(eventType: string): string | "everything" | "nothing" {
    let smallest: string | undefined;
    for (const holds of this.#of(eventType)) {
      const ids = holds.flatMap(({ archived = {} }) =>
        Object.hasOwn(archived, eventType) ? [archived[eventType]!] : [],
      );
      const [largest] = ids.sort((one, other) => compareIds(other, one));
      if (largest === undefined) return "nothing";
      if (smallest === undefined || compareIds(largest, smallest) < 0) smallest = largest;
    }
    return smallest ?? "everything";
  }

  #of(eventType: string): (readonly TrimHold[])[] {
    return this.#holds
      .map((holds) =>
        holds.filter(({ event_types }) => event_types === null || event_types.includes(eventType)),
      )
      .filter((holds) => holds.length > 0);
  }
}

/** All but those of this archive. One that cannot be read holds nothing back, for publishers neither. */
export async function readOtherHolds(records: RecordStore, archiveId: string): Promise<OtherHolds> {
  const found = new Map<string, TrimHold[]>();
  let from: string | null = null;
  do {
    const page = await records.list({ bucket: trimHoldsBucket, from, count: pageSize });
    for (const { key, value, leaseMs } of page.records) {
      if (leaseMs === null || leaseMs <= 0) continue;
      const hold = readTrimHold(value);
      if (!hold || hold.archive_id === archiveId) continue;
      const id = hold.archive_id ?? key;
      found.set(id, [...(found.get(id) ?? []), hold]);
    }
    from = page.next;
  } while (from !== null);
  return new OtherHolds([...found.values()]);
}
