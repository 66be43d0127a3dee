/**
 * An event as a line: a JSON object in the wire's field names. The data comes last, so that its text can be cut out as it was
 * stored: parsing it would lose large numbers, repeated keys and spaces.
 */
import type { ArchiveRow } from "../../sink.ts";

/** Without its line break. */
export function toLine({ eventType, eventId, timestamp, source, data }: ArchiveRow): string {
  const head =
    `{"event_id":${JSON.stringify(eventId)},"event_type":${JSON.stringify(eventType)},` +
    `"timestamp":"${timestamp.toISOString()}","source":${JSON.stringify(source)}`;
  const isJson = holdsJson(data);
  if (isJson && !/[\r\n]/.test(data)) return `${head},"data":${data}}`;
  const raw = `${head},"raw_data":${JSON.stringify(data)}`;
  // Within JSON's texts there are no line breaks, so that these are only space.
  return isJson ? `${raw},"data":${data.replaceAll(/[\r\n]/g, " ")}}` : `${raw}}`;
}

const text = '"(?:[^"\\\\]|\\\\.)*"';
const layout = new RegExp(
  `^\\{"event_id":(${text}),"event_type":(${text}),"timestamp":(${text}),"source":(${text}),"(data|raw_data)":`,
);

/** `undefined` for a line that holds no event. */
export function fromLine(line: string): ArchiveRow | undefined {
  try {
    const match = layout.exec(line);
    if (!match) return fromForeignLine(line);
    const [head, eventId, eventType, timestamp, source, name] = match;
    return {
      eventType: JSON.parse(eventType!),
      eventId: JSON.parse(eventId!),
      timestamp: new Date(JSON.parse(timestamp!)),
      source: JSON.parse(source!),
      data: name === "data" ? line.slice(head.length, -1) : rawData(line.slice(head.length)),
    };
  } catch {
    return undefined;
  }
}

/** The text at the beginning of the rest of a line. */
function rawData(rest: string): string {
  const [raw] = new RegExp(`^${text}`).exec(rest) ?? [];
  return JSON.parse(raw!);
}

/** What another program has written or changed: the same fields in another order. */
function fromForeignLine(line: string): ArchiveRow | undefined {
  const { event_id, event_type, timestamp, source, data, raw_data } = JSON.parse(line);
  if (typeof event_id !== "string" || typeof event_type !== "string") return undefined;
  return {
    eventType: event_type,
    eventId: event_id,
    timestamp: new Date(timestamp),
    source: typeof source === "string" ? source : "",
    data: typeof raw_data === "string" ? raw_data : (JSON.stringify(data) ?? ""),
  };
}

/** Whether the text can stand in a line as it is. */
function holdsJson(data: string): boolean {
  if (!data.isWellFormed()) return false;
  try {
    JSON.parse(data);
    return true;
  } catch {
    return false;
  }
}
