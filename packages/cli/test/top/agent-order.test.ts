import type { AgentHeartbeat, Liveness } from "@attune/heartbeat";
import { describe, expect, it } from "vitest";
import { type Selection, selectedAgents } from "../../src/top/agent-order.ts";
import { knownAgent } from "./known-agent.ts";

const all: Selection = { sort: "name", reverse: false, filter: "", liveness: "all" };

function ids(agents: Iterable<AgentHeartbeat>, selection: Partial<Selection>): string[] {
  return selectedAgents(agents, { ...all, ...selection }).map(({ agentId }) => agentId);
}

const everyLiveness: Liveness[] = ["alive", "finished", "lost", "stale", "stalled", "unknown"];
const oneOfEach = everyLiveness.map((liveness) => knownAgent(liveness, { liveness }));

describe("selectedAgents", () => {
  it("puts those in trouble first, the worst before all", () => {
    expect(ids(oneOfEach, { sort: "trouble first" })).toEqual([
      "lost",
      "stalled",
      "stale",
      "unknown",
      "alive",
      "finished",
    ]);
  });

  it("sorts by name, by progress and by the last beat, the highest first, and equal ones by name", () => {
    const agents = [
      knownAgent("b", { progress: 0.5, lastBeat: new Date(1) }),
      knownAgent("c", { progress: 0.9, lastBeat: new Date(2) }),
      knownAgent("a", { progress: 0.5, lastBeat: new Date(2) }),
    ];
    expect(ids(agents, { sort: "name" })).toEqual(["a", "b", "c"]);
    expect(ids(agents, { sort: "progress" })).toEqual(["c", "a", "b"]);
    expect(ids(agents, { sort: "last beat" })).toEqual(["a", "c", "b"]);
    expect(ids(agents, { sort: "progress", reverse: true })).toEqual(["b", "a", "c"]);
    expect(agents.map(({ agentId }) => agentId)).toEqual(["b", "c", "a"]);
  });

  it("shows those whose id, task or status has the filter in it, whatever its case", () => {
    const agents = [
      knownAgent("Builder-1"),
      knownAgent("x", { currentTask: "REBUILDING" }),
      knownAgent("y", { status: "idle", displayName: "builder" }),
    ];
    expect(ids(agents, { filter: "build" })).toEqual(["Builder-1", "x"]);
    expect(ids(agents, { filter: "IDLE" })).toEqual(["y"]);
    expect(ids(agents, { filter: ".*" })).toEqual([]);
  });

  it("shows those of one liveness, or those in trouble: neither alive nor finished", () => {
    expect(ids(oneOfEach, { liveness: "stale" })).toEqual(["stale"]);
    expect(ids(oneOfEach, { liveness: "trouble" })).toEqual(["lost", "stale", "stalled", "unknown"]);
    expect(ids(oneOfEach, { liveness: "all" })).toHaveLength(6);
    expect(ids(oneOfEach, { liveness: "trouble", filter: "stal" })).toEqual(["stale", "stalled"]);
  });
});
