/** Gathers what the sections tell, and gives it to all pages in frames: written as JSON once, however many pages there are. */
import type { AgentChanges, EventGap, EventPosition, Parts } from "../protocol/messages.ts";
import type { AgentPatch } from "../protocol/records.ts";

/** What a section tells. Events are JSON texts already. */
export interface Update extends Omit<Parts, "events" | "agents"> {
  readonly events?: readonly string[];
  /** The types of the events and gaps: where these stand then is told with the frame. */
  readonly types?: readonly string[];
  readonly agents?: AgentChanges;
}

/** The members of a delta as JSON text, without its head: `"events":[…],"store":{…}`. */
export type Frame = string;

export interface FeedOptions {
  /** From the first news to the frame that carries it. */
  readonly frameMs: number;
  /** Where the events stand that were told. */
  readonly positions: () => readonly EventPosition[];
}

export class Feed {
  readonly #options: FeedOptions;
  readonly #readers = new Set<(frame: Frame) => void>();
  #timer: NodeJS.Timeout | undefined;
  #events: string[] = [];
  #gaps: EventGap[] = [];
  readonly #types = new Set<string>();
  readonly #changed = new Map<string, AgentPatch>();
  readonly #gone = new Set<string>();
  #rest: Omit<Update, "events" | "gaps" | "types" | "agents"> = {};

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  add({ events, gaps, types, agents, ...rest }: Update): void {
    for (const event of events ?? []) this.#events.push(event);
    for (const gap of gaps ?? []) this.#gaps.push(gap);
    for (const type of types ?? []) this.#types.add(type);
    for (const id of agents?.gone ?? []) {
      this.#changed.delete(id);
      this.#gone.add(id);
    }
    for (const patch of agents?.changed ?? []) {
      const before = this.#changed.get(patch.agent_id);
      this.#gone.delete(patch.agent_id);
      this.#changed.set(patch.agent_id, before ? { ...before, ...patch } : patch);
    }
    Object.assign(this.#rest, rest);
    this.#timer ??= setTimeout(() => this.flush(), this.#options.frameMs);
  }

  /** The result ends it. */
  read(reader: (frame: Frame) => void): () => void {
    this.#readers.add(reader);
    return () => this.#readers.delete(reader);
  }

  /** What was told until now goes out now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#readers.size === 0) {
      this.#forget();
      return;
    }
    const members: string[] = [];
    if (this.#events.length > 0) members.push(`"events":[${this.#events.join(",")}]`);
    const add = (name: string, value: unknown) =>
      members.push(`${JSON.stringify(name)}:${JSON.stringify(value)}`);
    if (this.#gaps.length > 0) add("gaps", this.#gaps);
    if (this.#types.size > 0) {
      add(
        "positions",
        this.#options.positions().filter(({ eventType }) => this.#types.has(eventType)),
      );
    }
    if (this.#changed.size + this.#gone.size > 0) {
      add("agents", { changed: [...this.#changed.values()], gone: [...this.#gone] });
    }
    for (const [name, value] of Object.entries(this.#rest)) add(name, value);
    this.#forget();
    if (members.length === 0) return;
    const frame = members.join(",");
    for (const reader of this.#readers) reader(frame);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#readers.clear();
  }

  #forget(): void {
    this.#events = [];
    this.#gaps = [];
    this.#types.clear();
    this.#changed.clear();
    this.#gone.clear();
    this.#rest = {};
  }
}
