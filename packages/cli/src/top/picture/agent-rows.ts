/** Agents as rows of a table that keeps its shape. */
import type { AgentHeartbeat, Liveness } from "@attune/heartbeat";
import { percentText } from "@attune-tools/terminal-text";
import { livenessStyle } from "../../agents/liveness.ts";
import { agoText } from "../../text/time.ts";
import { type AgentColumn, barCells, columnGap } from "./agent-columns.ts";
import { fitted } from "./fitted.ts";
import type { Paint } from "./paint.ts";

const gap = " ".repeat(columnGap);

export function headerRow(columns: readonly AgentColumn[], paint: Paint): string {
  const text = columns.map(({ name, header, width }) =>
    fitted(header, width, name === "beat" ? "right" : "left"),
  );
  return paint.style("bold", text.join(gap).trimEnd());
}

export interface RowOptions {
  readonly columns: readonly AgentColumn[];
  /** The cursor is on it. */
  readonly selected: boolean;
  /** What was read last is not to be relied on. */
  readonly away: boolean;
}

export function agentRow(agent: AgentHeartbeat, options: RowOptions, paint: Paint): string {
  const row = options.columns.map((column) => cell(agent, column, options, paint)).join(gap);
  // The mark of the cursor goes over the whole line.
  return options.selected ? paint.style("inverse", fitted(row, paint.columns)) : row.trimEnd();
}

function cell(
  agent: AgentHeartbeat,
  { name, width }: AgentColumn,
  { selected, away }: RowOptions,
  paint: Paint,
): string {
  switch (name) {
    case "agent":
      return fitted(agent.agentId, width);
    case "liveness": {
      const liveness: Liveness = away ? "unknown" : agent.liveness;
      const text = fitted(liveness, width);
      return selected ? text : paint.style(livenessStyle[liveness], text);
    }
    case "status":
      return fitted(agent.status, width);
    case "bar":
      return `${bar(agent.progress, selected ? undefined : paint)} ${percentText(agent.progress)}`;
    case "percent":
      return percentText(agent.progress);
    case "beat":
      return fitted(agoText(agent.lastBeat, paint.now), width, "right");
    case "task":
      return fitted(agent.currentTask, width);
  }
}

/** Of plain characters: see `fitted`. */
function bar(progress: number, paint: Paint | undefined): string {
  const share = Number.isNaN(progress) ? 0 : Math.max(0, Math.min(1, progress));
  const full = "|".repeat(Math.round(share * barCells));
  const rest = " ".repeat(barCells - full.length);
  return `[${paint && full !== "" ? paint.style("green", full) : full}${rest}]`;
}
