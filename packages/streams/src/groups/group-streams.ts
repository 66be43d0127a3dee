/** The streams that a group works on: which they are, that the group exists in each, and what of them was lost. */
import {
  compareIds,
  type Gap,
  type GroupReading,
  idAfter,
  type StreamState,
  type Transport,
} from "@attune/transport";
import { retryTypeOf } from "./retry-stream.ts";

export interface GroupStreamsSetup {
  readonly transport: Transport;
  readonly group: string;
  readonly eventTypes: readonly string[] | "all";
  readonly from: "beginning" | "now";
  readonly tell: (gap: Gap) => void;
}

/** How often to look for streams that came into being. */
const lookMs = 1000;
/** The least time between two looks. */
const rungLookMs = 50;
/** The same, for those of other programs too. */
const thoroughLookMs = 10_000;
/** So many streams that are gone are remembered: types may be made up for each use. */
const maxGone = 10_000;
/** And so many, the latest, are looked for at each look; the others once they are listed. */
const mostLookedFor = 100;

export class GroupStreams {
  readonly retryType: string;
  readonly #setup: GroupStreamsSetup;
  /** Where the group stood in each, as far as this consumer knows: everything up to here is done. */
  readonly #floors = new Map<string, string>();
  /** An id that each has reached, as far as this consumer knows: by it a stream is told from a later one of its name. */
  readonly #reached = new Map<string, string>();
  /** Those that were there once. What is there by such a name later is another stream. */
  readonly #gone = new Set<string>();
  #types: string[] = [];
  #lookAt = 0;
  #lookedAt = 0;
  #thoroughLookAt = 0;
  /** In turn, so that none waits behind the others for ever. */
  #turn = 0;

  constructor(setup: GroupStreamsSetup) {
    this.#setup = setup;
    this.retryType = retryTypeOf(setup.group);
  }

  /** Without that of what was replayed. */
  get all(): readonly string[] {
    return this.#types;
  }

  /** When to look for new ones, by the transport's monotonic clock. */
  get lookAt(): number {
    return this.#setup.eventTypes === "all" ? this.#lookAt : Number.POSITIVE_INFINITY;
  }

  /** The next `count` streams whose turn it is. */
  next(count: number): string[] {
    const types = this.#types;
    if (count >= types.length) return [...types];
    const start = this.#turn % types.length;
    this.#turn = start + count;
    return [
      ...types.slice(start, start + count),
      ...types.slice(0, Math.max(0, start + count - types.length)),
    ];
  }

  /** Makes the group in every stream that there is. Rejects while the store is away. */
  async open(): Promise<void> {
    const { eventTypes, from } = this.#setup;
    const types = eventTypes === "all" ? await this.#list(true) : [...new Set(eventTypes)];
    for (const eventType of types) await this.#add(eventType, from);
    await this.#add(this.retryType, "beginning");
    this.#types = this.#types.filter((eventType) => eventType !== this.retryType);
  }

  /** Something was published, maybe to a stream that came into being. */
  rung(): void {
    this.#lookAt = Math.min(this.#lookAt, this.#lookedAt + rungLookMs);
  }

  /** Streams that came into being since. */
  async look(): Promise<void> {
    if (this.#setup.eventTypes !== "all") return;
    const now = this.#setup.transport.clock.monotonic();
    if (now < this.#lookAt) return;
    this.#lookedAt = now;
    this.#lookAt = now + lookMs;
    const thorough = now >= this.#thoroughLookAt;
    if (thorough) this.#thoroughLookAt = now + thoroughLookMs;
    const listed = await this.#list(thorough);
    for (const eventType of listed) {
      // All of it is new: there was no such stream before.
      if (!this.#floors.has(eventType)) await this.#add(eventType, "beginning");
    }
    await this.#lookForGone(listed);
  }

  /** Takes note of what a call gave. */
  async note({ eventType, exists, missed, lostIds, floorId }: GroupReading): Promise<void> {
    const { tell, transport } = this.#setup;
    if (!exists) {
      await this.#makeAgain(eventType);
      return;
    }
    // Another consumer has made the group in the new stream.
    if (this.#gone.delete(eventType)) this.#beginAnew(eventType, "0-0");
    if (missed !== 0) tell({ eventType, missed, reason: "trimmed" });
    if (lostIds.length > 0) tell({ eventType, missed: lostIds.length, reason: "trimmed" });
    const before = this.#floors.get(eventType);
    if (before !== undefined && compareIds(floorId, before) <= 0) return;
    this.#floors.set(eventType, floorId);
    if (compareIds(floorId, this.#reached.get(eventType) ?? "0-0") > 0) this.#reached.set(eventType, floorId);
    // Nobody else reads what was replayed to this group: what is done with can go.
    if (eventType === this.retryType) await transport.streams.trimBefore(eventType, idAfter(floorId));
  }

  /** Most are known by name, and need not be listed: who publishes to them may not know that they were lost. */
  async #lookForGone(listed: readonly string[]): Promise<void> {
    if (this.#gone.size === 0) return;
    const latest = [...this.#gone].slice(-mostLookedFor);
    const types = new Set([...latest, ...listed.filter((eventType) => this.#gone.has(eventType))]);
    for (const { eventType, lastId } of await this.#setup.transport.streams.states([...types])) {
      if (lastId !== "0-0") await this.#makeAgain(eventType);
    }
  }

  async #list(thorough: boolean): Promise<string[]> {
    return this.#setup.transport.streams.list({ thorough });
  }

  async #add(eventType: string, from: "beginning" | "now"): Promise<void> {
    const { transport, group } = this.#setup;
    await transport.groups.create({ eventType, group, from });
    if (this.#floors.has(eventType)) return;
    this.#floors.set(eventType, "0-0");
    this.#types.push(eventType);
  }

  /**
   * The group has gone: with its stream, or its server lost it. It goes on behind what was certainly done, so some events may
   * come a second time, but none is left out.
   */
  async #makeAgain(eventType: string): Promise<void> {
    const { transport, group, tell } = this.#setup;
    const [state] = await transport.streams.states([eventType]);
    // Deleted: it is somebody else's to make it again.
    if (state!.lastId === "0-0") {
      this.#noteGone(eventType);
      return;
    }
    const floorId = this.#floors.get(eventType) ?? "0-0";
    const sameStream = !this.#isAnother(state!);
    const made = await transport.groups.create({
      eventType,
      group,
      from: sameStream && floorId !== "0-0" ? { after: floorId } : "beginning",
    });
    if (this.#gone.delete(eventType) && this.#setup.eventTypes === "all" && eventType !== this.retryType)
      this.#types.push(eventType);
    if (sameStream) return;
    this.#beginAnew(eventType, state!.lastId);
    if (made && eventType !== this.retryType) tell({ eventType, missed: null, reason: "reset" });
  }

  /** Whether a stream is not the one that the group has been reading. */
  #isAnother({ eventType, lastId, length, added, oldestId }: StreamState): boolean {
    const reached = this.#reached.get(eventType) ?? "0-0";
    if (this.#gone.has(eventType) || compareIds(lastId, reached) < 0) return true;
    // Nothing has ever left it, and yet it does not have what was there: this id, or the one right behind.
    const isWhole = oldestId !== null && added === length && reached !== "0-0";
    return isWhole && compareIds(oldestId, idAfter(reached)) > 0;
  }

  #beginAnew(eventType: string, reached: string): void {
    this.#floors.set(eventType, "0-0");
    this.#reached.set(eventType, reached);
  }

  #noteGone(eventType: string): void {
    this.#gone.delete(eventType);
    this.#gone.add(eventType);
    if (this.#setup.eventTypes !== "all" || eventType === this.retryType) return;
    // It is listed again when there is one by its name.
    this.#types = this.#types.filter((type) => type !== eventType);
    const [oldest] = this.#gone;
    if (this.#gone.size <= maxGone || oldest === undefined || oldest === this.retryType) return;
    this.#gone.delete(oldest);
    this.#floors.delete(oldest);
    this.#reached.delete(oldest);
  }
}
