/** How many events of which type came lately: counted by the second. */

const rateSeconds = 10;
const errorSeconds = 60;
/** More types than these, within one second, are counted together. */
const mostTypes = 1000;

export interface TypeRate {
  readonly event_type: string;
  readonly per_second: number;
}

interface Second {
  readonly at: number;
  readonly counts: Map<string, number>;
  all: number;
  errors: number;
}

export class EventRates {
  readonly #seconds: Second[] = [];
  readonly #startedAt: number;
  readonly #now: () => number;

  /** `now`: milliseconds that never go back. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#startedAt = now();
  }

  count(eventType: string): void {
    const second = this.#present();
    second.all += 1;
    if (eventType === "agent_error") second.errors += 1;
    const known = second.counts.get(eventType);
    if (known === undefined && second.counts.size >= mostTypes) return;
    second.counts.set(eventType, (known ?? 0) + 1);
  }

  get errorsPerMinute(): number {
    return sum(this.#since(errorSeconds), ({ errors }) => errors);
  }

  get perSecond(): number {
    return rounded(sum(this.#since(rateSeconds), ({ all }) => all) / this.#measured());
  }

  /** The busiest first. */
  byType(most: number): TypeRate[] {
    const counts = new Map<string, number>();
    for (const second of this.#since(rateSeconds)) {
      for (const [type, count] of second.counts) counts.set(type, (counts.get(type) ?? 0) + count);
    }
    const seconds = this.#measured();
    return [...counts]
      .sort(([type, count], [otherType, other]) => other - count || (type < otherType ? -1 : 1))
      .slice(0, most)
      .map(([event_type, count]) => ({ event_type, per_second: rounded(count / seconds) }));
  }

  /** What is counted is of the present second too, and of no more seconds than it has been counted for. */
  #measured(): number {
    const seconds = (this.#now() - this.#startedAt) / 1000;
    const ofPresent = (this.#now() / 1000) % 1;
    return Math.max(1, Math.min(rateSeconds - 1 + ofPresent, seconds));
  }

  #since(seconds: number): Second[] {
    const from = Math.floor(this.#now() / 1000) - seconds;
    return this.#seconds.filter(({ at }) => at > from);
  }

  #present(): Second {
    const at = Math.floor(this.#now() / 1000);
    const last = this.#seconds.at(-1);
    if (last?.at === at) return last;
    while (this.#seconds.length > 0 && this.#seconds[0]!.at <= at - errorSeconds) this.#seconds.shift();
    const second = { at, counts: new Map<string, number>(), all: 0, errors: 0 };
    this.#seconds.push(second);
    return second;
  }
}

function sum(seconds: readonly Second[], of: (second: Second) => number): number {
  return seconds.reduce((before, second) => before + of(second), 0);
}

function rounded(rate: number): number {
  return Math.round(rate * 100) / 100;
}
