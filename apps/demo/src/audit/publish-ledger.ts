/** The publishers' own account of a run: what was handed to the store, by event type, and what of it was stored. */

export class PublishLedger {
  readonly #stored = new Map<string, number>();
  readonly #notStored = new Map<string, number>();

  /** `stored`: false where it is not known to be. */
  note(eventType: string, stored: boolean): void {
    const counts = stored ? this.#stored : this.#notStored;
    counts.set(eventType, (counts.get(eventType) ?? 0) + 1);
  }

  get stored(): Record<string, number> {
    return Object.fromEntries(this.#stored);
  }

  get notStored(): Record<string, number> {
    return Object.fromEntries(this.#notStored);
  }
}
