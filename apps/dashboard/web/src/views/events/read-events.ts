/** Asks the server for pages of events. */
import { getJson } from "../../api/request-json.ts";
import type { EventsPage } from "./history-pages.ts";

export function readEvents(query: URLSearchParams, signal: AbortSignal): Promise<EventsPage> {
  return getJson<EventsPage>(`/api/events?${query}`, signal);
}
