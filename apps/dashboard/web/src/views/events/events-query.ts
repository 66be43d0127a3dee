/** What the address says about events: which ones, and whether they are live, of a time, or a replay. */
import type { EventFilter } from "./event-filter.ts";

export type EventsMode =
  | { readonly kind: "live" }
  /** Around a time, as the store has them. */
  | { readonly kind: "history"; readonly at: string }
  | { readonly kind: "replay"; readonly from: string; readonly to: string };

export interface EventsQuery extends EventFilter {
  readonly mode: EventsMode;
}

export function readEventsQuery(query: URLSearchParams): EventsQuery {
  return { types: new Set(query.getAll("type")), search: query.get("q") ?? "", mode: modeOf(query) };
}

export function writeEventsQuery({ types, search, mode }: EventsQuery): URLSearchParams {
  const written = new URLSearchParams();
  for (const type of types) written.append("type", type);
  if (search !== "") written.set("q", search);
  if (mode.kind === "history") written.set("at", mode.at);
  if (mode.kind === "replay") {
    written.set("from", mode.from);
    written.set("to", mode.to);
  }
  return written;
}

/** What is no time is not understood, and live. */
function modeOf(query: URLSearchParams): EventsMode {
  const at = timeOf(query.get("at"));
  if (at !== undefined) return { kind: "history", at };
  const from = timeOf(query.get("from"));
  const to = timeOf(query.get("to"));
  if (from === undefined || to === undefined || from >= to) return { kind: "live" };
  return { kind: "replay", from, to };
}

/** ISO 8601 in UTC: texts that can be compared. */
function timeOf(text: string | null): string | undefined {
  const time = new Date(text ?? "");
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}
