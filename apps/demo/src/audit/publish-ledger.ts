/** The publishers' own account of a run: what was handed to the store, by event type, and what of it was stored. */

export class PublishLedger {
  readonly #stored = new Map<string, number>();
  readonly #notStored = new Map<string, number>();

  /** `eventId` as `publishEvent` gives it: `""` is not known to be stored. */
  note(eventType: string, eventId: string): void {
    const counts = eventId === "" ? this.#notStored : this.#stored;
    counts.set(eventType, (counts.get(eventType) ?? 0) + 1);
  }

  get stored(): Record<string, number> {
    return Object.fromEntries(this.#stored);
  }

  get notStored(): Record<string, number> {
    return Object.fromEntries(this.#notStored);
  }
}
