/** `queryArchive`: events out of an archive, by type, time and content. */
import { AttuneError, checkChoice, checkDate, checkEventType, checkInteger } from "@attune/transport";
import { ArchivedEvent } from "./archived-event.ts";
import { toPredicate } from "./query/predicate.ts";
import type { ArchiveQuery, Sink } from "./sink.ts";

/**
 * The events that a query asks for, as they are read; leaving the iteration ends the query. Throws `ATTUNE_ARGUMENT_INVALID` or
 * `ATTUNE_EVENT_TYPE_INVALID` at once for a query that means nothing, or a sink that cannot be asked. The iteration throws
 * `ATTUNE_SINK_UNAVAILABLE` or `ATTUNE_SINK_REFUSED`.
 */
export function queryArchive(
  sink: Sink,
  query: ArchiveQuery = {},
): AsyncGenerator<ArchivedEvent, void, undefined> {
  if (!sink.query) {
    throw new AttuneError("ATTUNE_ARGUMENT_INVALID", `The sink ${sink.location} cannot be asked.`, {
      details: { argument: "sink" },
    });
  }
  return events(sink, checkQuery(query));
}

async function* events(sink: Sink, query: ArchiveQuery): AsyncGenerator<ArchivedEvent, void, undefined> {
  await sink.open();
  for await (const row of sink.query!(query)) yield new ArchivedEvent(row);
}

function checkQuery(query: ArchiveQuery): ArchiveQuery {
  if (typeof query !== "object" || query === null) throw invalid("query", "must be an object");
  const { types, from, to, where, order, limit } = query;
  if (types !== undefined) {
    if (!Array.isArray(types) || types.length > maxTypes) {
      throw invalid("types", `must be a list of at most ${maxTypes} event types`);
    }
    for (const eventType of types) checkEventType(eventType);
  }
  if (from !== undefined) checkYear("from", from);
  if (to !== undefined) checkYear("to", to);
  if (where !== undefined) {
    if (!Array.isArray(where) || where.length > maxConditions) {
      throw invalid("where", `must be a list of at most ${maxConditions} conditions`);
    }
    for (const condition of where) toPredicate(condition);
  }
  if (order !== undefined) checkChoice("order", order, ["oldest first", "newest first"]);
  if (limit !== undefined) checkInteger("limit", limit, 1);
  return query;
}

const maxTypes = 10_000;
const maxConditions = 100;

function checkYear(name: string, time: Date): void {
  const year = checkDate(name, time).getUTCFullYear();
  if (year < 0 || year > 9999) throw invalid(name, "must be a time of the years 0 to 9999");
}

function invalid(argument: string, what: string): AttuneError {
  return new AttuneError("ATTUNE_ARGUMENT_INVALID", `${argument} ${what}.`, { details: { argument } });
}
