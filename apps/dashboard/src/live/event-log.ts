/** The newest events of all types, in the order in which they came: as many as memory allows. */
import { beforeFirstId, compareIds } from "@attune/transport";
import type { EventGap } from "../protocol/messages.ts";

export interface LoggedEvent {
  readonly type: string;
  readonly id: string;
  /** As JSON. */
  readonly text: string;
  /** What is missing in front of it. */
  readonly gaps?: readonly EventGap[] | undefined;
}

/** What somebody has missed. */
export interface Missed {
  /** JSON texts, in the order in which they came. */
  readonly events: readonly string[];
  readonly gaps: readonly EventGap[];
}

interface TypeInLog {
  /** The last one that came. */
  id: string;
  /** Whoever knows this one, or a later one, finds all that came behind it. `null`: only whoever knows one that is here. */
  floor: string | null;
  /** Those before this one, counted over all types, are of a stream that was deleted or lost. */
  lifeBegins: number;
}

export interface EventLogOptions {
  readonly maxEvents: number;
  /** Of their texts. */
  readonly maxCharacters: number;
}

export class EventLog {
  readonly #options: EventLogOptions;
  readonly #types = new Map<string, TypeInLog>();
  /** Those before `#head` are gone. */
  #events: LoggedEvent[] = [];
  #head = 0;
  /** How many are gone altogether. */
  #gone = 0;
  #characters = 0;
  #nameBytes = 0;

  constructor(options: EventLogOptions) {
    this.#options = options;
  }

  get length(): number {
    return this.#events.length - this.#head;
  }

  get characters(): number {
    return this.#characters;
  }

  /** Of how many types something is known, and how long their names are as JSON. */
  get typesSize(): { readonly count: number; readonly nameBytes: number } {
    return { count: this.#types.size, nameBytes: this.#nameBytes };
  }

  /** The last one of each type that came. */
  get ids(): Iterable<readonly [type: string, id: string]> {
    return [...this.#types].map(([type, { id }]) => [type, id] as const);
  }

  idOf(type: string): string | undefined {
    return this.#types.get(type)?.id;
  }

  /** What comes next is behind `id`. */
  startAt(type: string, id: string): void {
    this.#know(type, { id, floor: id, lifeBegins: 0 });
  }

  /** Events from before the start, in the order in which they came. */
  fill(events: readonly LoggedEvent[]): void {
    const seen = new Set<string>();
    for (const event of events) {
      const known = this.#types.get(event.type);
      // What came between the oldest of them and the one before it is not known.
      if (known && !seen.has(event.type)) known.floor = event.id;
      seen.add(event.type);
      this.#keep(event);
    }
  }

  push(event: LoggedEvent): void {
    const { type, id, gaps } = event;
    let known = this.#types.get(type);
    if (!known) {
      // Of a type that was not there at the start, all are told.
      known = { id: beforeFirstId, floor: beforeFirstId, lifeBegins: 0 };
      this.#know(type, known);
    }
    if (gaps?.some(({ reason }) => reason === "reset")) {
      known.floor = null;
      known.lifeBegins = this.#gone + this.length;
    }
    known.id = id;
    this.#keep(event);
  }

  /** JSON texts, oldest first. */
  newest(count: number): string[] {
    return this.#events.slice(Math.max(this.#head, this.#events.length - count)).map(({ text }) => text);
  }

  /** How many of the newest `count` came behind these ids. */
  countSince(ids: ReadonlyMap<string, string>, count: number): number {
    return this.#events
      .slice(Math.max(this.#head, this.#events.length - count))
      .filter(({ type, id }) => compareIds(id, ids.get(type) ?? beforeFirstId) > 0).length;
  }

  /** What came behind these ids. `null`: that is not, or not all, here; or they are ahead of what is. */
  since(ids: ReadonlyMap<string, string>): Missed | null {
    /** Of the types of which something was missed: behind which id. */
    const wanted = new Map<string, { readonly id: string; readonly lifeBegins: number }>();
    for (const [type, known] of this.#types) {
      const id = ids.get(type) ?? beforeFirstId;
      if (id === known.id) continue;
      if (compareIds(id, known.id) > 0) return null;
      if (known.floor === null ? !this.#has(type, id, known.lifeBegins) : compareIds(id, known.floor) < 0)
        return null;
      wanted.set(type, { id, lifeBegins: known.lifeBegins });
    }
    for (const [type, id] of ids) {
      // It would be told from its beginning once it is found, and whoever asks has seen some of it.
      if (!this.#types.has(type) && id !== beforeFirstId) return null;
    }
    const events: string[] = [];
    const gaps: EventGap[] = [];
    if (wanted.size === 0) return { events, gaps };
    for (let at = this.#head; at < this.#events.length; at++) {
      const event = this.#events[at]!;
      const behind = wanted.get(event.type);
      if (!behind || this.#gone + at - this.#head < behind.lifeBegins) continue;
      if (compareIds(event.id, behind.id) <= 0) continue;
      events.push(event.text);
      if (event.gaps) gaps.push(...event.gaps);
    }
    return { events, gaps };
  }

  #know(type: string, known: TypeInLog): void {
    if (!this.#types.has(type)) this.#nameBytes += Buffer.byteLength(JSON.stringify(type));
    this.#types.set(type, known);
  }

  #has(type: string, id: string, lifeBegins: number): boolean {
    const from = this.#head + Math.max(0, lifeBegins - this.#gone);
    return this.#events.slice(from).some((event) => event.type === type && event.id === id);
  }

  #keep(event: LoggedEvent): void {
    const { maxEvents, maxCharacters } = this.#options;
    this.#events.push(event);
    this.#characters += event.text.length;
    while (this.length > maxEvents || (this.#characters > maxCharacters && this.length > 1))
      this.#forgetOldest();
    if (this.#head <= maxEvents) return;
    this.#events = this.#events.slice(this.#head);
    this.#head = 0;
  }

  #forgetOldest(): void {
    const oldest = this.#events[this.#head++]!;
    const known = this.#types.get(oldest.type);
    if (known && this.#gone >= known.lifeBegins) known.floor = oldest.id;
    this.#gone += 1;
    this.#characters -= oldest.text.length;
  }
}
