/** Who has told whom how much of late, and who of them is drawn: the busiest, and they stay as long as they can. */
import { countedMs, RecentCount } from "./recent-count.ts";
import type { SignalRecord } from "./signal-record.ts";

/** More nobody could tell apart. */
export const drawnAgents = 60;
/** Ways that are counted at the same time; the quietest are forgotten first. */
const maxWays = 5000;
/** An agent that is drawn stays while no other is so much busier. */
const loyalty = 1.5;
/** Silent for so long, an agent leaves the picture. */
const forgottenMs = 10 * countedMs;

export interface DrawnEdge {
  readonly key: string;
  readonly source: string;
  /** `null`: to all. */
  readonly target: string | null;
  /** Signals of the last minute. */
  readonly count: number;
  readonly lastAt: number;
}

export interface DrawnFlow {
  readonly agents: readonly string[];
  /** Between those agents, and `others`. */
  readonly edges: readonly DrawnEdge[];
  /** How many agents are not drawn themselves: the node `others` stands for them. */
  readonly othersCount: number;
  /** Signals of the last minute, of the types that are wanted. */
  readonly total: number;
}

/** The node that stands for all who are not drawn. No agent has an empty name. */
export const others = "";

interface Way {
  readonly source: string;
  readonly target: string | null;
  readonly byType: Map<string, RecentCount>;
  lastAt: number;
}

export class SignalTraffic {
  readonly #ways = new Map<string, Way>();
  #drawn: readonly string[] = [];

  add({ source, target, type, at }: SignalRecord, now: number): void {
    if (target === undefined || type === null) return;
    const key = wayKey(source, target);
    let way = this.#ways.get(key);
    if (!way) {
      if (this.#ways.size >= maxWays) this.#forgetQuietest();
      way = { source, target, byType: new Map(), lastAt: 0 };
      this.#ways.set(key, way);
    }
    const seenAt = Number.isNaN(at) ? now : Math.min(at, now);
    way.lastAt = Math.max(way.lastAt, seenAt);
    const count = way.byType.get(type) ?? new RecentCount();
    way.byType.set(type, count);
    count.add(seenAt, now);
  }

  /** Types of the last minute with how many there were, most first. */
  types(now: number): { readonly type: string; readonly count: number }[] {
    const counts = new Map<string, number>();
    for (const { byType } of this.#ways.values()) {
      for (const [type, count] of byType) counts.set(type, (counts.get(type) ?? 0) + count.at(now));
    }
    return [...counts]
      .map(([type, count]) => ({ type, count }))
      .sort((one, other) => other.count - one.count || (one.type < other.type ? -1 : 1));
  }

  /** What is to be drawn now. `wanted`: empty for all types. `always`: an agent that is drawn however quiet it is. */
  flow(now: number, wanted: ReadonlySet<string>, always: readonly string[] = []): DrawnFlow {
    const ways: DrawnEdge[] = [];
    const busyness = new Map<string, number>();
    const busier = (agent: string, count: number) => busyness.set(agent, (busyness.get(agent) ?? 0) + count);
    let total = 0;
    for (const [key, { source, target, byType, lastAt }] of this.#ways) {
      if (now - lastAt > forgottenMs) {
        this.#ways.delete(key);
        continue;
      }
      let count = 0;
      let isWanted = false;
      for (const [type, counted] of byType) {
        if (wanted.size > 0 && !wanted.has(type)) continue;
        isWanted = true;
        count += counted.at(now);
      }
      if (!isWanted) continue;
      total += count;
      busier(source, count);
      if (target !== null) busier(target, count);
      ways.push({ key, source, target, count, lastAt });
    }
    const agents = this.#choose(busyness, always);
    const drawn = new Set(agents);
    return { agents, edges: joined(ways, drawn), othersCount: busyness.size - drawn.size, total };
  }

  #choose(busyness: ReadonlyMap<string, number>, always: readonly string[]): readonly string[] {
    const before = new Set(this.#drawn);
    const first = new Set(always);
    const rank = (agent: string) =>
      first.has(agent)
        ? Number.POSITIVE_INFINITY
        : ((busyness.get(agent) ?? 0) + 1) * (before.has(agent) ? loyalty : 1);
    const chosen = [...busyness.keys()];
    if (chosen.length > drawnAgents) {
      chosen.sort((one, other) => rank(other) - rank(one) || (one < other ? -1 : 1));
      chosen.length = drawnAgents;
    }
    // In the order in which they came: the layout begins with that.
    const kept = this.#drawn.filter((agent) => chosen.includes(agent));
    const keptSet = new Set(kept);
    this.#drawn = [...kept, ...chosen.filter((agent) => !keptSet.has(agent))];
    return this.#drawn;
  }

  #forgetQuietest(): void {
    const byAge = [...this.#ways].sort(([, one], [, other]) => one.lastAt - other.lastAt);
    for (const [key] of byAge.slice(0, maxWays / 10)) this.#ways.delete(key);
  }
}

export function wayKey(source: string, target: string | null): string {
  return JSON.stringify([source, target]);
}

/** Ways to and from agents that are not drawn become ways to and from `others`. */
function joined(ways: readonly DrawnEdge[], drawn: ReadonlySet<string>): DrawnEdge[] {
  const edges = new Map<string, DrawnEdge>();
  const place = (agent: string) => (drawn.has(agent) ? agent : others);
  for (const way of ways) {
    const source = place(way.source);
    const target = way.target === null ? null : place(way.target);
    if (source === others && target === others) continue;
    const key = wayKey(source, target);
    const before = edges.get(key);
    edges.set(key, {
      key,
      source,
      target,
      count: way.count + (before?.count ?? 0),
      lastAt: Math.max(way.lastAt, before?.lastAt ?? 0),
    });
  }
  return [...edges.values()];
}
