/** The rows of the list: agents, or headings with the agents of a workflow below each. */
import type { AgentJson } from "../../../../src/protocol/records.ts";

export interface AgentRow {
  readonly kind: "agent";
  readonly key: string;
  readonly id: string;
}

export interface GroupRow {
  readonly kind: "group";
  readonly key: string;
  /** Of the workflow; `null`: of none. */
  readonly workflow: string | null;
  readonly members: readonly string[];
  readonly open: boolean;
}

export type FleetRow = AgentRow | GroupRow;

export function agentRows(ids: readonly string[]): FleetRow[] {
  return ids.map(agentRow);
}

/** Workflows by name, agents without one at the end; within each the agents as they were. */
export function groupRows(
  ids: readonly string[],
  workflowOf: (id: string) => string | null,
  isClosed: (key: string) => boolean,
): FleetRow[] {
  const groups = new Map<string | null, string[]>();
  for (const id of ids) {
    const workflow = workflowOf(id);
    const members = groups.get(workflow);
    if (members) members.push(id);
    else groups.set(workflow, [id]);
  }
  const names = [...groups.keys()].sort((one, other) =>
    one === null ? 1 : other === null ? -1 : one < other ? -1 : 1,
  );
  return names.flatMap((workflow) => {
    const members = groups.get(workflow)!;
    const key = workflow === null ? "none" : `group ${workflow}`;
    const open = !isClosed(key);
    return [{ kind: "group", key, workflow, members, open }, ...(open ? members.map(agentRow) : [])];
  });
}

/** Whether two lists look the same: rows of agents are drawn from what the agents are, wherever they are kept. */
export function isSameRows(one: readonly FleetRow[], other: readonly FleetRow[]): boolean {
  return (
    one.length === other.length &&
    one.every((row, i) => {
      const now = other[i]!;
      if (row.key !== now.key || row.kind !== now.kind) return false;
      return row.kind === "agent" || (now.kind === "group" && row.open === now.open && isSameIds(row, now));
    })
  );
}

export function workflowOf(agent: AgentJson | undefined): string | null {
  const workflow = agent?.metadata.workflow;
  if (workflow === undefined || workflow === null || workflow === "") return null;
  return typeof workflow === "string" ? workflow : JSON.stringify(workflow);
}

function agentRow(id: string): FleetRow {
  return { kind: "agent", key: `agent ${id}`, id };
}

function isSameIds({ members: one }: GroupRow, { members: other }: GroupRow): boolean {
  return one.length === other.length && one.every((id, i) => id === other[i]);
}
