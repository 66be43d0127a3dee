/** The store and the fleet in three lines; where there is little room the first that matters. */
import type { AgentHeartbeat, Liveness } from "@attune/heartbeat";
import { livenessStyle, worstFirst } from "../../agents/liveness.ts";
import { awaySince } from "../../store/outage-texts.ts";
import { clockText } from "../../text/time.ts";
import type { Selection } from "../agent-order.ts";
import type { Outage } from "../fleet-view.ts";
import { fitted } from "./fitted.ts";
import type { Paint } from "./paint.ts";

export interface FleetFigures {
  readonly store: string;
  readonly away: Outage | undefined;
  readonly counts: ReadonlyMap<Liveness, number>;
  readonly agents: number;
  readonly eventsPerSecond: number | null | undefined;
  readonly approvals: number | undefined;
}

export function storeLine({ store, away }: FleetFigures, { style, utc, now, columns }: Paint): string {
  const clock = clockText(new Date(now), utc);
  const state = away ? awaySince(away.since, utc) : "store reachable";
  const room = columns - "attune top".length - state.length - clock.length - 6;
  if (room < 8) {
    const short = fitted(away ? state : `attune top  ${clock}`, columns).trimEnd();
    return style(away ? ["bold", "red"] : "bold", short);
  }
  const shown = fitted(store, room);
  return `${style("bold", "attune top")}  ${shown}  ${style(away ? ["bold", "red"] : "green", state)}  ${clock}`;
}

export function fleetLine(figures: FleetFigures, { style, columns }: Paint): string {
  const { counts, agents, eventsPerSecond, approvals, away } = figures;
  const present = worstFirst.filter((liveness) => counts.has(liveness));
  const each = away
    ? [`${agents} unknown`]
    : present.map((liveness) => `${counts.get(liveness)} ${liveness}`);
  const colours = away ? (["unknown"] as const) : present;
  const parts = [
    `Agents ${agents}${agents > 0 ? `: ${each.join(", ")}` : ""}`,
    `Events ${rateText(eventsPerSecond)}`,
    `Approvals ${approvals === undefined ? "?" : approvals} pending`,
  ];
  const line = fitted(parts.join("  "), columns).trimEnd();
  // Coloured only where it stands as a whole.
  if (line !== parts.join("  ")) return line;
  let text = each.map((part, index) => style(livenessStyle[colours[index]!], part)).join(", ");
  text = agents > 0 ? `: ${text}` : "";
  const waiting = approvals ? style(["bold", "yellow"], parts[2]!) : parts[2]!;
  return [`Agents ${agents}${text}`, parts[1], waiting].join("  ");
}

export interface Extent {
  readonly from: number;
  readonly to: number;
  readonly of: number;
}

export function selectionLine(
  { sort, reverse, liveness, filter }: Selection,
  { from, to, of }: Extent,
  { style, columns }: Paint,
): string {
  const parts = [
    of === 0 ? "0 of 0" : `${from}-${to} of ${of}`,
    `Sort: ${sort}${reverse ? ", reversed" : ""}`,
    `Shown: ${liveness}`,
    ...(filter === "" ? [] : [`Filter: ${filter}`]),
  ];
  return style("dim", fitted(parts.join("  "), columns).trimEnd());
}

export function livenessCounts(agents: Iterable<AgentHeartbeat>): Map<Liveness, number> {
  const counts = new Map<Liveness, number>();
  for (const { liveness } of agents) counts.set(liveness, (counts.get(liveness) ?? 0) + 1);
  return counts;
}

function rateText(rate: number | null | undefined): string {
  if (rate === undefined || rate === null) return "?/s";
  return `${rate < 9.95 && rate > 0 ? rate.toFixed(1) : Math.round(rate)}/s`;
}
