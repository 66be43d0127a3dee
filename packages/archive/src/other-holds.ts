/** The holds of the other archives on a transport: what they have not archived yet must not be trimmed. */
import { trimHoldsBucket } from "@attune/streams";
import { compareIds, type RecordStore } from "@attune/transport";

const pageSize = 100;

interface OtherHold {
  /** `null`: of all types. */
  readonly eventTypes: readonly string[] | null;
  readonly keep: number;
  readonly archived: Readonly<Record<string, unknown>>;
}

export class OtherHolds {
  /** Those of archivers that share a position are one. */
  readonly #holds: readonly (readonly OtherHold[])[];

  constructor(holds: readonly (readonly OtherHold[])[]) {
    this.#holds = holds;
  }

  get isEmpty(): boolean {
    return this.#holds.length === 0;
  }

  /** How many of the newest entries the others want to stay. */
  keep(eventType: string): number {
    return Math.max(0, ...this.#of(eventType).flatMap((holds) => holds.map(({ keep }) => keep)));
  }

  /** The smallest id up to which all of them have archived. */
  archivedUpTo(eventType: string): string | "everything" | "nothing" {
    let smallest: string | undefined;
    for (const holds of this.#of(eventType)) {
      const ids = holds.map(({ archived }) =>
        Object.hasOwn(archived, eventType) ? archived[eventType] : undefined,
      );
      const [largest] = ids.filter(isId).sort((one, other) => compareIds(other, one));
      if (largest === undefined) return "nothing";
      if (smallest === undefined || compareIds(largest, smallest) < 0) smallest = largest;
    }
    return smallest ?? "everything";
  }

  #of(eventType: string): (readonly OtherHold[])[] {
    return this.#holds
      .map((holds) => holds.filter(({ eventTypes }) => eventTypes === null || eventTypes.includes(eventType)))
      .filter((holds) => holds.length > 0);
  }
}

/** All but those of this archive. One that cannot be read holds nothing back, for publishers neither. */
export async function readOtherHolds(records: RecordStore, archiveId: string): Promise<OtherHolds> {
  const found = new Map<string, OtherHold[]>();
  let from: string | null = null;
  do {
    const page = await records.list({ bucket: trimHoldsBucket, from, count: pageSize });
    for (const { key, value, leaseMs } of page.records) {
      if (leaseMs === null || leaseMs <= 0) continue;
      const read = parsed(value);
      if (!read || read.archive_id === archiveId) continue;
      const id = typeof read.archive_id === "string" ? read.archive_id : key;
      const hold: OtherHold = {
        eventTypes: read.event_types as string[] | null,
        keep: typeof read.keep === "number" ? read.keep : 0,
        archived: isObject(read.archived) ? read.archived : {},
      };
      found.set(id, [...(found.get(id) ?? []), hold]);
    }
    from = page.next;
  } while (from !== null);
  return new OtherHolds([...found.values()]);
}

function parsed(text: string): Record<string, unknown> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value) || !Number.isSafeInteger(value.max_length)) return undefined;
  const { event_types } = value;
  const isOfTypes = Array.isArray(event_types) && event_types.every((one) => typeof one === "string");
  return event_types === null || isOfTypes ? value : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isId(value: unknown): value is string {
  return typeof value === "string" && /^\d{1,20}-\d{1,20}$/.test(value);
}
