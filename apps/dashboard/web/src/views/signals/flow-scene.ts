/** What the picture shows just now: discs and curves, at their places; and what lies under the pointer. */
import { counted } from "../../ui/number-text.ts";
import { type Curve, curveBetween, distanceTo } from "./edge-curve.ts";
import type { FlowLayout, Point } from "./flow-layout.ts";
import { type DrawnEdge, type DrawnFlow, others } from "./signal-traffic.ts";

export interface Disc extends Point {
  readonly agent: string;
  readonly radius: number;
  /** Signals of the last minute, sent and received. */
  readonly count: number;
}

/** `curve` undefined: from an agent to itself. */
export interface Way {
  readonly edge: DrawnEdge;
  readonly curve: Curve | undefined;
}

export interface FlowScene {
  readonly flow: DrawnFlow;
  readonly discs: ReadonlyMap<string, Disc>;
  readonly ways: ReadonlyMap<string, Way>;
  /** Signals of the last minute on the busiest way. */
  readonly busiest: number;
}

export type SceneTarget =
  | { readonly kind: "agent"; readonly agent: string }
  | { readonly kind: "edge"; readonly edge: DrawnEdge };

export function sceneOf(flow: DrawnFlow, layout: FlowLayout): FlowScene {
  const counts = new Map<string, number>();
  for (const { source, target, count } of flow.edges) {
    counts.set(source, (counts.get(source) ?? 0) + count);
    if (target !== null && target !== source) counts.set(target, (counts.get(target) ?? 0) + count);
  }
  const discs = new Map<string, Disc>();
  for (const agent of nodesOf(flow)) {
    const place = layout.place(agent);
    if (!place) continue;
    const count = counts.get(agent) ?? 0;
    const radius = agent === others ? 15 : 7 + Math.min(8, Math.log2(1 + count) * 1.1);
    discs.set(agent, { agent, count, radius, x: place.x, y: place.y });
  }
  const ways = new Map<string, Way>();
  let busiest = 0;
  for (const edge of flow.edges) {
    if (edge.target === null) continue;
    busiest = Math.max(busiest, edge.count);
    const from = discs.get(edge.source);
    const to = discs.get(edge.target);
    if (!from || !to) continue;
    const curve = from === to ? undefined : curveBetween(from, to, from.radius + 1, to.radius + 3);
    ways.set(edge.key, { edge, curve });
  }
  return { flow, discs, ways, busiest };
}

export function nodesOf({ agents, othersCount }: DrawnFlow): readonly string[] {
  return othersCount > 0 ? [...agents, others] : agents;
}

/** The agent, or else the way, that is meant by pointing there. */
export function targetAt({ discs, ways }: FlowScene, point: Point): SceneTarget | undefined {
  for (const { agent, x, y, radius } of discs.values()) {
    if (agent !== others && Math.hypot(point.x - x, point.y - y) <= radius + 6)
      return { kind: "agent", agent };
  }
  let nearest: SceneTarget | undefined;
  let least = 8;
  for (const { edge, curve } of ways.values()) {
    if (!curve || edge.source === others || edge.target === others) continue;
    const distance = distanceTo(curve, point);
    if (distance >= least) continue;
    least = distance;
    nearest = { kind: "edge", edge };
  }
  return nearest;
}

/** For those who cannot see it. */
export function summaryOf({ flow }: FlowScene): string {
  const { agents, edges, othersCount, total } = flow;
  if (agents.length === 0) return "Flow of signals: nothing yet.";
  const busiest = edges.filter(({ count }) => count > 0).sort((one, other) => other.count - one.count)[0];
  const count = agents.length + othersCount;
  const parts = [`Flow of signals between ${counted(count, "agent")}, ${total} in the last minute.`];
  if (busiest) {
    const name = (agent: string) => (agent === others ? "others" : agent);
    const to = busiest.target === null ? "to all" : `to ${name(busiest.target)}`;
    parts.push(`Most of them from ${name(busiest.source)} ${to}: ${busiest.count}.`);
  }
  return parts.join(" ");
}
