/** When the store took an event, by its own clock: what `--since` goes by, whatever time an event says of itself. */

/** Milliseconds since 1970; an event's id begins with it. */
export function storedAt({ eventId }: { readonly eventId: string }): number {
  return Number.parseInt(eventId, 10);
}
