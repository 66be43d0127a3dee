/** How far an agent has got with the broadcasts, so that what it has seen is not offered again with every look. */
import type { Clock, MessageSelector } from "@attune/transport";

/**
 * A mark counts for so long. Another process of the same agent may put back what it took; nobody tells us of that, so the
 * server is asked again after a while.
 */
const markMs = 15_000;
const maxMarks = 10_000;

interface Mark {
  /** Up to this sequence, all is over for the agent. */
  readonly sequence: number;
  readonly until: number;
}

export class BroadcastMarks {
  readonly #clock: Clock;
  /** By agent, then by what it looks for. Insertion order is age. */
  readonly #marks = new Map<string, Map<string, Mark>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get(agent: string, selectors: readonly MessageSelector[]): number {
    const mark = this.#marks.get(agent)?.get(nameOf(selectors));
    return mark && mark.until > this.#clock.monotonic() ? mark.sequence : 0;
  }

  set(agent: string, selectors: readonly MessageSelector[], sequence: number): void {
    const name = nameOf(selectors);
    let marks = this.#marks.get(agent);
    if (!marks) {
      if (this.#marks.size >= maxMarks) this.#marks.delete(this.#marks.keys().next().value!);
      marks = new Map();
      this.#marks.set(agent, marks);
    }
    const before = marks.get(name);
    const now = this.#clock.monotonic();
    // A mark that moves on was checked only from its last place: its age stays.
    const until = before && before.until > now ? before.until : now + markMs;
    if (marks.size >= 100) marks.clear();
    marks.set(name, { sequence, until });
  }

  forget(agent: string): void {
    this.#marks.delete(agent);
  }

  clear(): void {
    this.#marks.clear();
  }
}

function nameOf(selectors: readonly MessageSelector[]): string {
  return selectors.length === 1
    ? JSON.stringify([selectors[0]!.type, selectors[0]!.source])
    : JSON.stringify(selectors.map(({ type, source }) => [type, source]));
}
