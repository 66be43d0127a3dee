import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Snapshot } from "../../src/protocol/messages.ts";
import type { AgentJson } from "../../src/protocol/records.ts";
import { FleetState } from "../../web/src/state/fleet-state.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function agent(agent_id: string, progress = 0): AgentJson {
  return { agent_id, progress, liveness: "alive", status: "running", metadata: {} } as unknown as AgentJson;
}

function snapshot(...agents: AgentJson[]): Snapshot {
  return {
    kind: "snapshot",
    server: "s",
    version: "1",
    read_only: false,
    responder: "r",
    positions: [],
    resumed: false,
    missed: 0,
    agents: { changed: agents, gone: [] },
    events: [],
  };
}

test("patches make new records of what changed, and leave the others as they are", () => {
  const state = new FleetState();
  state.apply(snapshot(agent("a"), agent("b")));
  const [before, other] = [state.agents.get("a"), state.agents.get("b")];
  state.apply({ kind: "delta", n: 1, agents: { changed: [{ agent_id: "a", progress: 0.5 }], gone: [] } });
  expect(state.agents.get("a")).toEqual({ ...before, progress: 0.5 });
  expect(state.agents.get("a")).not.toBe(before);
  expect(state.agents.get("b")).toBe(other);
  state.apply({ kind: "delta", n: 2, agents: { changed: [], gone: ["b"] } });
  expect([...state.agents.keys()]).toEqual(["a"]);
});

test("a new snapshot has no agents of the one before", () => {
  const state = new FleetState();
  state.apply(snapshot(agent("a"), agent("b")));
  state.apply(snapshot(agent("b", 1)));
  expect([...state.agents.values()]).toEqual([agent("b", 1)]);
});

test("a thousand changes of agents are told some times a second", () => {
  const state = new FleetState();
  let told = 0;
  state.listen("agents", () => told++);
  for (let n = 1; n <= 1000; n++) {
    state.apply({ kind: "delta", n, agents: { changed: [agent("a", n)], gone: [] } });
    vi.advanceTimersByTime(1);
  }
  vi.advanceTimersByTime(1000);
  expect(told).toBeGreaterThan(1);
  expect(told).toBeLessThanOrEqual(5);
  expect(state.version("agents")).toBe(told);
});

test("a listener that fails keeps neither the others nor the connection from going on", () => {
  const state = new FleetState();
  const heard: string[] = [];
  const thrown: unknown[] = [];
  vi.spyOn(globalThis, "queueMicrotask").mockImplementation((act) => {
    try {
      act();
    } catch (error) {
      thrown.push(error);
    }
  });
  state.listen("connection", () => {
    throw new Error("of a view");
  });
  state.listen("connection", () => heard.push("connection"));
  state.onEvents(() => {
    throw new Error("of another view");
  });
  state.onEvents((events) => heard.push(...events.map(({ event_id }) => event_id)));
  state.setConnection("live");
  state.apply({
    kind: "delta",
    n: 1,
    events: [{ event_id: "1-0", event_type: "t", timestamp: null, source: "s" }],
  });
  expect(heard).toEqual(["connection", "1-0"]);
  expect(thrown).toHaveLength(2);
  vi.restoreAllMocks();
});

test("whoever does not listen any more hears nothing", () => {
  const state = new FleetState();
  let heard = 0;
  const stop = [state.listen("connection", () => heard++), state.onEvents(() => heard++)];
  for (const end of stop) end();
  state.setConnection("live");
  state.apply({
    kind: "delta",
    n: 1,
    events: [{ event_id: "1-0", event_type: "t", timestamp: null, source: "s" }],
  });
  expect(heard).toBe(0);
});
