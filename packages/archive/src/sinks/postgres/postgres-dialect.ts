/** PostgreSQL's SQL, for queries. Conditions on the data are not asked here: see `PostgresSink.query`. */
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
    textAt: notAsked,
    numberAt: notAsked,
    booleanAt: notAsked,
    isNullAt: notAsked,
    existsAt: notAsked,
    contains: (text, part) => `strpos(${text}, ${part}) > 0`,
    comparable: (text) => `(${text}) COLLATE "C"`,
  };
}

/** Milliseconds as a timestamp; exact, unlike to_timestamp(), which goes by a floating point number. */
export function toTime(milliseconds: string): string {
  return `(timestamptz 'epoch' + ${milliseconds}::bigint * interval '1 millisecond')`;
}

const typeNames = {
  text: "text",
  number: "double precision",
  integer: "bigint",
  boolean: "boolean",
} as const;

function notAsked(): string {
  throw new Error("conditions on the data are looked at here, not by PostgreSQL");
}
