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

/** The members of a delta as JSON text, without its head: `"events":[…],"store":{…}}`. The same bytes go to every page. */
export type Frame = Buffer;

export interface FeedOptions {
  /** From the first news to the frame that carries it. */
  readonly frameMs: number;
  /** Where the events of these types stand that were told. */
  readonly positions: (types: ReadonlySet<string>) => readonly EventPosition[];
}

export interface Reader {
  readonly onFrame: (frame: Frame) => void;
  /** False: it is given everything but the events, since it has to catch up with them first. */
  readonly events: boolean;
}

/** So many characters of events do not wait for the others of their frame. */
const fullFrame = 1024 * 1024;

export class Feed {
  readonly #options: FeedOptions;
  readonly #readers = new Set<Reader>();
  readonly #watchers = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;
  #events: string[] = [];
  #eventCharacters = 0;
  #gaps: EventGap[] = [];
  readonly #types = new Set<string>();
  readonly #changed = new Map<string, AgentPatch>();
  readonly #gone = new Set<string>();
  #rest: Omit<Update, "events" | "gaps" | "types" | "agents"> = {};

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  /** Whether any page is there to see it. */
  get isRead(): boolean {
    return this.#readers.size > 0;
  }

  /** Called when a first page has come. The result ends it. */
  onFirstReader(listener: () => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  add({ events, gaps, types, agents, ...rest }: Update): void {
    for (const event of events ?? []) {
      this.#events.push(event);
      this.#eventCharacters += event.length;
    }
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
    if (this.#eventCharacters >= fullFrame) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), this.#options.frameMs);
  }

  /** The result ends it. */
  read(onFrame: Reader["onFrame"], { events = true }: { readonly events?: boolean } = {}): () => void {
    const reader = { onFrame, events };
    this.#readers.add(reader);
    if (this.#readers.size === 1) for (const watcher of this.#watchers) watcher();
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
    const ofEvents = this.#membersOfEvents();
    const others = this.#otherMembers();
    this.#forget();
    const whole = frameOf([...ofEvents, ...others]);
    let without: Frame | undefined;
    for (const { onFrame, events } of [...this.#readers]) {
      if (!events) without ??= frameOf(others);
      const frame = events ? whole : without!;
      if (frame.length > 0) onFrame(frame);
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#readers.clear();
    this.#watchers.clear();
  }

  #membersOfEvents(): string[] {
    const members: string[] = [];
    if (this.#events.length > 0) members.push(`"events":[${this.#events.join(",")}]`);
    if (this.#gaps.length > 0) members.push(member("gaps", this.#gaps));
    if (this.#types.size > 0) members.push(member("positions", this.#options.positions(this.#types)));
    return members;
  }

  #otherMembers(): string[] {
    const members = Object.entries(this.#rest).map(([name, value]) => member(name, value));
    if (this.#changed.size + this.#gone.size > 0) {
      members.push(member("agents", { changed: [...this.#changed.values()], gone: [...this.#gone] }));
    }
    return members;
  }

  #forget(): void {
    this.#events = [];
    this.#eventCharacters = 0;
    this.#gaps = [];
    this.#types.clear();
    this.#changed.clear();
    this.#gone.clear();
    this.#rest = {};
  }
}

function member(name: string, value: unknown): string {
  return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
}

function frameOf(members: readonly string[]): Frame {
  return members.length === 0 ? Buffer.alloc(0) : Buffer.from(`${members.join(",")}}`);
}
