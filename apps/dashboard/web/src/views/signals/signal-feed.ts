/** Gathers the signals for the view: those that the page knows already, older ones of the store, and those that come. */
import type { EventJson } from "../../../../src/protocol/records.ts";
import { getJson, RequestError } from "../../api/request-json.ts";
import type { FleetState } from "../../state/fleet-state.ts";
import { SignalLog } from "./signal-log.ts";
import { type SignalRecord, signalEventType, signalOfEvent, signalOfJson } from "./signal-record.ts";
import { SignalTraffic } from "./signal-traffic.ts";

/** Older ones than those that the page knows anyway. */
const olderOnes = 500;
/** So many that were too large to be pushed may wait to be fetched; of more the newest count. */
const maxWaiting = 50;
/** How often the list may change. */
const tellEveryMs = 250;
/** After one could not be read. */
const tryAgainMs = 5000;

export class SignalFeed {
  readonly log = new SignalLog();
  readonly traffic = new SignalTraffic();
  /** Why the older ones are not there, if they are not. */
  error: Error | undefined;
  /** Whether older ones are still being read. */
  loading = true;
  readonly #ending = new AbortController();
  readonly #endings: (() => void)[];
  readonly #onSignal: (signal: SignalRecord) => void;
  readonly #onChange: () => void;
  readonly #fleet: FleetState;
  #waiting: SignalRecord[] = [];
  #later: SignalRecord[] = [];
  #retrying: ReturnType<typeof setTimeout> | undefined;
  #isFetching = false;
  #telling: ReturnType<typeof setTimeout> | undefined;

  /** `onSignal`: as each comes. `onChange`: some time after, once for many. */
  constructor(fleet: FleetState, onSignal: (signal: SignalRecord) => void, onChange: () => void) {
    this.#fleet = fleet;
    this.#onSignal = onSignal;
    this.#onChange = onChange;
    this.#seed();
    this.#endings = [
      fleet.onEvents((events) => this.#hear(events)),
      // After a reconnect the log may hold some that nobody was told of.
      fleet.listen("connection", () => this.#seed()),
    ];
    void this.readOlder();
  }

  async readOlder(): Promise<void> {
    this.loading = true;
    this.error = undefined;
    this.#changed();
    try {
      const path = `/api/signals?limit=${olderOnes}`;
      const { signals } = await getJson<{ signals: readonly unknown[] }>(path, this.#ending.signal);
      const known = signals.map((signal) => signalOfJson(signal)).filter((signal) => signal !== undefined);
      const now = Date.now();
      for (const signal of this.log.addOlder(known)) this.traffic.add(signal, now);
    } catch (error) {
      if (this.#ending.signal.aborted) return;
      this.error = error as Error;
    }
    this.loading = false;
    this.#changed();
  }

  close(): void {
    this.#ending.abort();
    for (const end of this.#endings) end();
    clearTimeout(this.#telling);
    clearTimeout(this.#retrying);
  }

  #seed(): void {
    const signals: SignalRecord[] = [];
    for (const { event } of this.#fleet.events.items) {
      const signal = event && signalOfEvent(event);
      if (signal) signals.push(signal);
    }
    this.#add(signals);
  }

  #hear(events: readonly EventJson[]): void {
    const signals: SignalRecord[] = [];
    for (const event of events) {
      const signal = signalOfEvent(event);
      if (signal) signals.push(signal);
    }
    for (const signal of this.#add(signals)) this.#onSignal(signal);
  }

  #add(signals: readonly SignalRecord[]): readonly SignalRecord[] {
    if (signals.length === 0) return signals;
    const added = this.log.add(signals);
    const now = Date.now();
    for (const signal of added) {
      if (signal.leftOut) this.#waiting.push(signal);
      else this.traffic.add(signal, now);
    }
    if (this.#waiting.length > 0) void this.#fetchWaiting();
    if (added.length > 0) this.#changed();
    return added;
  }

  /** One after the other, and never many: they are large. */
  async #fetchWaiting(): Promise<void> {
    if (this.#isFetching) return;
    this.#isFetching = true;
    while (this.#waiting.length > 0 && !this.#ending.signal.aborted) {
      this.#waiting = this.#waiting.slice(-maxWaiting);
      const signal = this.#waiting.pop()!;
      const whole = await wholeSignal(signal, this.#ending.signal).catch((error) => error as Error);
      if (this.#ending.signal.aborted) break;
      if (!whole || whole instanceof Error) {
        this.#tryAgain(signal, whole);
        continue;
      }
      this.log.complete(signal.signalId, whole);
      this.traffic.add(whole, Date.now());
      this.#onSignal(whole);
      this.#changed();
    }
    this.#isFetching = false;
  }

  /** Where the server or its store was away; not where there is nothing (any more) that could be read. */
  #tryAgain(signal: SignalRecord, error: Error | undefined): void {
    const isGone = !error || (error instanceof RequestError && [400, 404].includes(error.status));
    if (!isGone) {
      this.#later.push(signal);
      this.#later = this.#later.slice(-maxWaiting);
      this.#retrying ??= setTimeout(() => {
        this.#retrying = undefined;
        this.#waiting = [...this.#later, ...this.#waiting];
        this.#later = [];
        void this.#fetchWaiting();
      }, tryAgainMs);
      return;
    }
    this.log.complete(signal.signalId, { ...signal, leftOut: { ...signal.leftOut!, isLost: true } });
    this.#changed();
  }

  #changed(): void {
    this.#telling ??= setTimeout(() => {
      this.#telling = undefined;
      this.#onChange();
    }, tellEveryMs);
  }
}

async function wholeSignal(
  { leftOut }: SignalRecord,
  signal: AbortSignal,
): Promise<SignalRecord | undefined> {
  if (!leftOut) return undefined;
  const path = `/api/events/${signalEventType}/${encodeURIComponent(leftOut.eventId)}`;
  return signalOfEvent(await getJson<EventJson>(path, signal));
}
