/** PostgreSQL's SQL, for queries. */
import type { SqlDialect } from "../sql/index.ts";

/** Times are passed, and come, as milliseconds since 1970. */
export function postgresDialect(events: string): SqlDialect {
  return {
    select: 'event_type, event_id, round(extract(epoch FROM "timestamp") * 1000)::text AS ms, source, data',
    from: events,
    eventType: "event_type",
    timestamp: '"timestamp"',
    source: "source",
    order: ['"timestamp"', "id_ms", "id_seq", 'event_type COLLATE "C"'],
    placeholder: (index, type) => (type === "time" ? toTime(`$${index}`) : `$${index}::${typeNames[type]}`),
    timeValue: (time) => time.getTime(),
    contains: (text, part) => `strpos(${text}, ${part}) > 0`,
    comparable: (text) => `(${text}) COLLATE "C"`,
  };
}

/** Milliseconds as a timestamp; exact, unlike to_timestamp(), which goes by a floating point number. */
export function toTime(milliseconds: string): string {
  return `(timestamptz 'epoch' + ${milliseconds}::bigint * interval '1 millisecond')`;
}

const typeNames = { text: "text", integer: "bigint" } as const;
