/** How far an agent has got with the broadcasts, so that what it has seen is not offered again with every look. */
import type { Clock, MessageSelector } from "@attune/transport";

/**
 * A mark counts for so long. Another process of the same agent may put back what it took; nobody tells us of that, so the
 * server is asked again after a while.
 */
const markMs = 15_000;
const maxAgents = 10_000;
/** Of an agent. */
const maxMarks = 100;

interface Mark {
  /** Up to this sequence, all is over for the agent. */
  readonly sequence: number;
  readonly until: number;
}

export class BroadcastMarks {
  readonly #clock: Clock;
  /** Insertion order is age. */
  readonly #agents = new Map<string, AgentMarks>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * The marks of an agent, to be asked for before each look and set by what that look has found: a look that was under way
   * when they were forgotten has not seen what was restored, and sets marks that nobody asks for any more.
   */
  of(agent: string): AgentMarks {
    let marks = this.#agents.get(agent);
    if (!marks) {
      if (this.#agents.size >= maxAgents) this.#agents.delete(this.#agents.keys().next().value!);
      marks = new AgentMarks(this.#clock);
      this.#agents.set(agent, marks);
    }
    return marks;
  }

  forget(agent: string): void {
    this.#agents.delete(agent);
  }

  clear(): void {
    this.#agents.clear();
  }
}

class AgentMarks {
  readonly #clock: Clock;
  /** By what is looked for. */
  readonly #marks = new Map<string, Mark>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get(selectors: readonly MessageSelector[]): number {
    if (this.#marks.size === 0) return 0;
    const mark = this.#marks.get(nameOf(selectors));
    return mark && mark.until > this.#clock.monotonic() ? mark.sequence : 0;
  }

  set(selectors: readonly MessageSelector[], sequence: number): void {
    const name = nameOf(selectors);
    const before = this.#marks.get(name);
    const now = this.#clock.monotonic();
    // A mark that moves on was checked only from its last place: its age stays.
    const until = before && before.until > now ? before.until : now + markMs;
    if (this.#marks.size >= maxMarks) this.#marks.clear();
    this.#marks.set(name, { sequence, until });
  }
}

function nameOf(selectors: readonly MessageSelector[]): string {
  return selectors.length === 1
    ? JSON.stringify([selectors[0]!.type, selectors[0]!.source])
    : JSON.stringify(selectors.map(({ type, source }) => [type, source]));
}
