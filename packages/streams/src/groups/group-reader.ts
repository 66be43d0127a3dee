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

/** So many are fetched in one go from all streams. */
const manyEntries = 64;

/** A call for so many entries of each stream. */
type Ask = (eventTypes: readonly string[], count: number) => Promise<GroupReading[]>;

export interface FetchedDelivery {
  readonly streamType: string;
  readonly delivery: Delivery;
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
  async fetch(count: number): Promise<FetchedDelivery[]> {
    const fetched = await this.#insist(() => this.#look(count));
    this.#wake.saw(fetched?.length ?? 0);
    return fetched ?? [];
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

  async #look(count: number): Promise<FetchedDelivery[]> {
    await this.#streams.look();
    const fetched: FetchedDelivery[] = [];
    try {
      await this.#fill(count, fetched);
    } catch (error) {
      // What was delivered is ours already; the next look meets the same failure, with nothing in hand.
      if (fetched.length === 0) throw error;
    }
    return fetched;
  }

  async #fill(count: number, fetched: FetchedDelivery[]): Promise<void> {
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
        await this.#ask([retryType], count, fetched, claim),
        await this.#ask([retryType], count, fetched, read),
        await this.#askAll(count, fetched, claim),
      ];
      if (more.includes(true)) this.#claimAt = clock.monotonic();
    }
    await this.#askAll(count, fetched, read);
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
  async #askAll(count: number, fetched: FetchedDelivery[], ask: Ask): Promise<boolean> {
    const wanted = count - fetched.length;
    // Who takes hundreds at a time may get some too many; all streams in one call, most from those that have many.
    if (wanted >= manyEntries) return this.#ask(this.#streams.all, wanted, fetched, ask);
    let more = false;
    const streams = this.#streams.all.length;
    for (let asked = 0; asked < streams; ) {
      const left = count - fetched.length;
      if (left <= 0) return true;
      const eventTypes = this.#streams.next(Math.min(left, streams - asked));
      asked += eventTypes.length;
      if (await this.#ask(eventTypes, left, fetched, ask, eventTypes.length)) more = true;
    }
    return more;
  }

  async #ask(
    eventTypes: readonly string[],
    wanted: number,
    fetched: FetchedDelivery[],
    ask: Ask,
    shares = Math.max(1, this.#full),
  ): Promise<boolean> {
    if (wanted <= 0) return true;
    const each = Math.max(1, Math.floor(wanted / shares));
    let full = 0;
    for (const reading of await ask(eventTypes, each)) {
      for (const delivery of reading.deliveries) fetched.push({ streamType: reading.eventType, delivery });
      if (reading.deliveries.length >= each) full++;
      await this.#streams.note(reading);
    }
    this.#full = full;
    return full > 0;
  }

  /** Tries until the store could be asked. `undefined`: closed before. */
  async #insist<T>(work: () => Promise<T>): Promise<T | undefined> {
    const { clock } = this.#transport;
    while (!this.#closing.aborted) {
      const result = await this.#degradation.attempt(work, undefined);
      if (result !== undefined) return result;
      await sleep(clock, pauseMs, { signal: this.#closing, background: true });
      await untilAvailable(this.#transport, this.#closing);
    }
    return undefined;
  }
}
