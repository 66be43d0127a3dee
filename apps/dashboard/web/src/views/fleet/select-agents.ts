/** Which agents are shown, and in which order. */
import type { AgentJson } from "../../../../src/protocol/records.ts";
import { type Liveness, livenesses } from "../../ui/livenesses.ts";
import type { FleetQuery, Sort } from "./fleet-query.ts";

export interface Selected {
  readonly agents: readonly AgentJson[];
  /** Of those that all other filters let through: what choosing a liveness would show. */
  readonly counts: Readonly<Record<Liveness, number>>;
}

export function selectAgents(agents: Iterable<AgentJson>, query: FleetQuery): Selected {
  const words = query.search.toLowerCase().split(/\s+/).filter(Boolean);
  const counts = { lost: 0, stalled: 0, stale: 0, unknown: 0, alive: 0, finished: 0 };
  const selected: AgentJson[] = [];
  for (const agent of agents) {
    if (query.status !== null && agent.status !== query.status) continue;
    if (words.length > 0 && !matches(agent, words)) continue;
    counts[agent.liveness] += 1;
    if (query.livenesses.size === 0 || query.livenesses.has(agent.liveness)) selected.push(agent);
  }
  return { agents: selected, counts };
}

/** Each word is somewhere in id, name, task or metadata. */
function matches(agent: AgentJson, words: readonly string[]): boolean {
  const { agent_id, display_name, current_task, metadata } = agent;
  const text = `${agent_id}\n${display_name ?? ""}\n${current_task}`.toLowerCase();
  return words.every((word) => text.includes(word) || metadataText(metadata).includes(word));
}

/** Metadata stays the same object while other things change. */
const metadataTexts = new WeakMap<object, string>();

function metadataText(metadata: AgentJson["metadata"]): string {
  let text = metadataTexts.get(metadata);
  if (text === undefined) {
    text = JSON.stringify(Object.values(metadata)).toLowerCase();
    metadataTexts.set(metadata, text);
  }
  return text;
}

type Compare = (one: AgentJson, other: AgentJson) => number;

const ranks: Readonly<Record<string, number>> = Object.fromEntries(livenesses.map((name, i) => [name, i]));

/** As each goes by itself: the worst, the newest, the furthest first. */
const bySort: Readonly<Record<Sort, Compare>> = {
  liveness: (one, other) => ranks[one.liveness]! - ranks[other.liveness]!,
  id: () => 0,
  last_beat: (one, other) => textOrder(other.last_beat ?? "", one.last_beat ?? ""),
  progress: (one, other) => other.progress - one.progress,
};

/** By id, where else they are equal: no two agents are. */
export function agentOrder({ sort, reversed }: Pick<FleetQuery, "sort" | "reversed">): Compare {
  const compare = bySort[sort];
  const sign = reversed ? -1 : 1;
  return (one, other) => {
    const order = compare(one, other);
    if (order !== 0) return sign * order;
    return (sort === "id" ? sign : 1) * textOrder(one.agent_id, other.agent_id);
  };
}

function textOrder(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
