/** The publishers' own account of a run: what was handed to the store, by event type, and what of it was stored. */
import { addTo } from "../agents/ranking.ts";

/** Events by type. */
export interface Account {
  readonly stored: Readonly<Record<string, number>>;
  readonly notStored: Readonly<Record<string, number>>;
}

export class PublishLedger implements Account {
  readonly #stored = new Map<string, number>();
  readonly #notStored = new Map<string, number>();

  /** `stored`: false where it is not known to be. */
  note(eventType: string, stored: boolean): void {
    addTo(stored ? this.#stored : this.#notStored, eventType);
  }

  /** Takes over the account of others. */
  add({ stored, notStored }: Account): void {
    for (const [eventType, count] of Object.entries(stored)) addTo(this.#stored, eventType, count);
    for (const [eventType, count] of Object.entries(notStored)) addTo(this.#notStored, eventType, count);
  }

  get stored(): Record<string, number> {
    return Object.fromEntries(this.#stored);
  }

  get notStored(): Record<string, number> {
    return Object.fromEntries(this.#notStored);
  }
}
