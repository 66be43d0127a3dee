/** Fetches what a consumer is to work on: what is due again first, then what is new; and waits while there is neither. */
import {
  type Degradation,
  type Delivery,
  type GroupReading,
  sleep,
  type Transport,
  untilAvailable,
} from "@attune/transport";
import type { GroupSettings } from "./consume-group-options.ts";
import type { GroupStreams } from "./group-streams.ts";
import type { GroupWake } from "./group-wake.ts";

/** How often to look for what is due again, at most and at least. Per stream it costs a little, so it is rarer for many. */
const leastClaimMs = 50;
const mostClaimMs = 1000;
const claimMsPerStream = 1;
const dueStepMs = 10;
/** Before another attempt while the store says that it is there. */
const pauseMs = 200;
const longestTimerMs = 2 ** 31 - 1;

/** So many are fetched in one go from all streams. */
const manyEntries = 64;

/** A call for so many entries of each stream. */
type Ask = (eventTypes: readonly string[], count: number) => Promise<GroupReading[]>;

/** What one call gave of one stream. */
export interface Fetched {
  readonly streamType: string;
  readonly deliveries: readonly Delivery[];
}

/** Collects what is fetched. */
class Fetching {
  readonly fetched: Fetched[] = [];
  readonly #wanted: number;
  #count = 0;

  constructor(wanted: number) {
    this.#wanted = wanted;
  }

  get count(): number {
    return this.#count;
  }

  get left(): number {
    return this.#wanted - this.#count;
  }

  add({ eventType, deliveries }: GroupReading): void {
    if (deliveries.length === 0) return;
    this.fetched.push({ streamType: eventType, deliveries });
    this.#count += deliveries.length;
  }
}

export class GroupReader {
  readonly #transport: Transport;
  readonly #degradation: Degradation;
  readonly #settings: GroupSettings;
  readonly #streams: GroupStreams;
  readonly #wake: GroupWake;
  readonly #closing: AbortSignal;
  #claimAt = 0;
  /** How many streams had all that they were asked for, when they were last asked. */
  #full = 0;
  /** When what this consumer handed back is due, in steps: few, however many they are. */
  readonly #due = new Set<number>();

  constructor(
    transport: Transport,
    degradation: Degradation,
    settings: GroupSettings,
    streams: GroupStreams,
    wake: GroupWake,
    closing: AbortSignal,
  ) {
    this.#transport = transport;
    this.#degradation = degradation;
    this.#settings = settings;
    this.#streams = streams;
    this.#wake = wake;
    this.#closing = closing;
  }

  /** Makes the groups, as soon as the store can be reached. */
  async open(): Promise<void> {
    await this.#insist(() => this.#streams.open().then(() => true));
  }

  /** Something is due again in so long: this consumer handed it back itself. */
  dueIn(ms: number): void {
    const at = this.#transport.clock.monotonic() + ms;
    this.#due.add(Math.ceil(at / dueStepMs) * dueStepMs);
    if (at < this.#claimAt) this.#claimAt = at;
  }

  /** Up to `count`, without waiting. */
  async fetch(wanted: number): Promise<{ readonly fetched: readonly Fetched[]; readonly count: number }> {
    const fetching = (await this.#insist(() => this.#look(wanted))) ?? new Fetching(0);
    this.#wake.saw(fetching.count);
    return fetching;
  }

  /** Until there may be something again. */
  async idle(): Promise<void> {
    const at = Math.min(this.#claimAt, this.#streams.lookAt);
    const ms = Math.max(1, at - this.#transport.clock.monotonic());
    const rung = await this.#wake.wait(ms, this.#closing);
    if (rung === undefined) return;
    this.#streams.rung();
    if (rung === this.#streams.retryType) this.#claimAt = 0;
  }

  close(): void {
    this.#wake.close();
  }

  async #look(wanted: number): Promise<Fetching> {
    await this.#streams.look();
    const fetching = new Fetching(wanted);
    try {
      await this.#fill(fetching);
    } catch (error) {
      // What was delivered is ours already; the next look meets the same failure, with nothing in hand.
      if (fetching.count === 0) throw error;
    }
    return fetching;
  }

  async #fill(fetching: Fetching): Promise<void> {
    const { clock, groups } = this.#transport;
    const { group, consumer, minIdleMs } = this.#settings;
    const { all, retryType } = this.#streams;
    const read: Ask = (eventTypes, each) => groups.read({ eventTypes, group, consumer, count: each });
    const claim: Ask = (eventTypes, each) =>
      groups.claim({ eventTypes, group, consumer, minIdleMs, count: each });
    if (clock.monotonic() >= this.#claimAt) {
      this.#claimAt = this.#nextClaim(all.length);
      // What was replayed is rare: it is looked for no more often than what is due again.
      const more = [
        await this.#ask([retryType], fetching, claim),
        await this.#ask([retryType], fetching, read),
        await this.#askAll(fetching, claim),
      ];
      if (more.includes(true)) this.#claimAt = clock.monotonic();
    }
    await this.#askAll(fetching, read);
  }

  #nextClaim(streams: number): number {
    const now = this.#transport.clock.monotonic();
    const interval = Math.min(mostClaimMs, Math.max(leastClaimMs, this.#settings.minIdleMs / 4));
    let next = now + Math.max(interval, streams * claimMsPerStream);
    for (const at of this.#due) {
      if (at <= now) this.#due.delete(at);
      else if (at < next) next = at;
    }
    return next;
  }

  /** Resolves with whether there may be more. */
  async #askAll(fetching: Fetching, ask: Ask): Promise<boolean> {
    // Who takes hundreds at a time may get some too many; all streams in one call, most from those that have many.
    if (fetching.left >= manyEntries) return this.#ask(this.#streams.all, fetching, ask);
    let more = false;
    const streams = this.#streams.all.length;
    for (let asked = 0; asked < streams; ) {
      if (fetching.left <= 0) return true;
      const eventTypes = this.#streams.next(Math.min(fetching.left, streams - asked));
      if (eventTypes.length === 0) break; // they have gone meanwhile
      asked += eventTypes.length;
      if (await this.#ask(eventTypes, fetching, ask, eventTypes.length)) more = true;
    }
    return more;
  }

  async #ask(
    eventTypes: readonly string[],
    fetching: Fetching,
    ask: Ask,
    shares = Math.max(1, this.#full),
  ): Promise<boolean> {
    if (fetching.left <= 0) return true;
    if (eventTypes.length === 0) return false;
    const each = Math.max(1, Math.floor(fetching.left / shares));
    const readings = await ask(eventTypes, each);
    for (const reading of readings) fetching.add(reading);
    this.#full = readings.filter(({ deliveries }) => deliveries.length >= each).length;
    for (const reading of readings) await this.#streams.note(reading);
    return this.#full > 0;
  }

  /** Tries until the store could be asked. `undefined`: closed before. */
  async #insist<T>(work: () => Promise<T>): Promise<T | undefined> {
    const { clock } = this.#transport;
    while (!this.#closing.aborted) {
      const result = await this.#degradation.attempt(work, undefined);
      if (result !== undefined) return result;
      await sleep(clock, pauseMs, { signal: this.#closing });
      // A process that works for a group waits for its store; what the transport waits with may not keep it.
      const stay = clock.setTimer(() => {}, longestTimerMs);
      await untilAvailable(this.#transport, this.#closing);
      stay.clear();
    }
    return undefined;
  }
}
