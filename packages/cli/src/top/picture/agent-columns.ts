/** Which columns the table of agents has, and how wide: as many as there is room for, whatever the agents do. */

export type ColumnName = "agent" | "liveness" | "status" | "bar" | "percent" | "beat" | "task";

export interface AgentColumn {
  readonly name: ColumnName;
  readonly header: string;
  readonly width: number;
}

const headers: Readonly<Record<ColumnName, string>> = {
  agent: "AGENT",
  liveness: "LIVENESS",
  status: "STATUS",
  bar: "PROGRESS",
  percent: "DONE",
  beat: "BEAT",
  task: "TASK",
};

/** `[||||||||||] 100 %` */
export const barCells = 10;

const fixed: Readonly<Record<Exclude<ColumnName, "agent" | "task">, number>> = {
  liveness: 8,
  status: 9,
  bar: barCells + 8,
  percent: 5,
  beat: 5,
};

/** The first one that fits is taken. */
const choices: readonly (readonly ColumnName[])[] = [
  ["agent", "liveness", "status", "bar", "beat", "task"],
  ["agent", "liveness", "status", "percent", "beat", "task"],
  ["agent", "liveness", "percent", "beat", "task"],
  ["agent", "liveness", "percent", "task"],
  ["agent", "liveness", "percent"],
  ["agent", "liveness"],
];

const leastAgent = 12;
const leastTask = 10;

export const columnGap = 2;

/** `widest`: what the longest id takes. */
export function agentColumns(width: number, widest: number): AgentColumn[] {
  for (const names of choices) {
    const taken = names.reduce(
      (sum, name) => sum + (isFixed(name) ? fixed[name] : 0) + columnGap,
      -columnGap,
    );
    const rest = width - taken;
    const wanted = Math.max(headers.agent.length, widest);
    const task = names.includes("task");
    const agent = task
      ? Math.min(wanted, Math.max(leastAgent, Math.floor(rest / 2)))
      : Math.min(wanted, rest);
    if (agent < Math.min(wanted, leastAgent) || (task && rest - agent < leastTask)) continue;
    return names.map((name) => ({
      name,
      header: headers[name],
      width: isFixed(name) ? fixed[name] : name === "agent" ? agent : rest - agent,
    }));
  }
  return [{ name: "agent", header: headers.agent, width: Math.max(1, width) }];
}

function isFixed(name: ColumnName): name is keyof typeof fixed {
  return name !== "agent" && name !== "task";
}
