/** An order that does not change under somebody's hands: sorted anew only now and then, and not at all while it is held. */
import type { AgentJson } from "../../../../src/protocol/records.ts";

export interface OrderInput {
  readonly agents: readonly AgentJson[];
  readonly compare: (one: AgentJson, other: AgentJson) => number;
  /** What the order is by: with another one it is sorted at once. */
  readonly by: string;
  /** Somebody has the pointer or the keyboard on it. */
  readonly held: boolean;
  /** Milliseconds, of any clock. */
  readonly now: number;
}

const sortEveryMs = 2000;

export class HeldOrder {
  #ids: readonly string[] = [];
  #by: string | undefined;
  #sortedAt = Number.NEGATIVE_INFINITY;
  #sortInMs: number | undefined;

  /** After so long it is to be updated, though nothing changes: sorting was put off. `undefined`: it is sorted. */
  get sortInMs(): number | undefined {
    return this.#sortInMs;
  }

  /** The same array as before where nothing has changed. New agents stand at the end until it is sorted. */
  update({ agents, compare, by, held, now }: OrderInput): readonly string[] {
    const leftMs = this.#sortedAt + sortEveryMs - now;
    // Where nothing stood, nothing moves under anybody's hands.
    const isDue = by !== this.#by || this.#ids.length === 0 || (!held && leftMs <= 0);
    const next = isDue ? [...agents].sort(compare).map(({ agent_id }) => agent_id) : this.#kept(agents);
    if (isDue) {
      this.#by = by;
      this.#sortedAt = now;
    }
    this.#sortInMs = isDue ? undefined : held ? sortEveryMs : leftMs;
    if (!isSame(next, this.#ids)) this.#ids = next;
    return this.#ids;
  }

  #kept(agents: readonly AgentJson[]): string[] {
    const there = new Set(agents.map(({ agent_id }) => agent_id));
    const kept = this.#ids.filter((id) => there.has(id));
    if (kept.length === there.size) return kept;
    for (const id of kept) there.delete(id);
    return [...kept, ...[...there].sort()];
  }
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((id, i) => id === other[i]);
}
