import { expect, test } from "vitest";
import type { AgentJson } from "../../src/protocol/records.ts";
import { readFleetQuery, writeFleetQuery } from "../../web/src/views/fleet/fleet-query.ts";
import { groupRows, isSameRows, workflowOf } from "../../web/src/views/fleet/fleet-rows.ts";
import { HeldOrder } from "../../web/src/views/fleet/held-order.ts";
import { agentOrder, selectAgents } from "../../web/src/views/fleet/select-agents.ts";

function agent(agent_id: string, more: Partial<AgentJson> = {}): AgentJson {
  return {
    agent_id,
    display_name: null,
    liveness: "alive",
    status: "running",
    progress: 0,
    current_task: "",
    last_beat: null,
    last_progress: null,
    incarnation: 1,
    progress_timeout_ms: null,
    blocked_for_ms: 0,
    metadata: {},
    ...more,
  };
}

const everything = readFleetQuery(new URLSearchParams());

function search(agents: readonly AgentJson[], text: string): string[] {
  return selectAgents(agents, readFleetQuery(new URLSearchParams(text))).agents.map(
    ({ agent_id }) => agent_id,
  );
}

test("what the address says is read as it was written, and what it cannot mean is left out", () => {
  const text = "q=a%26b+100%25&liveness=lost%2Cstale&status=idle&sort=progress&order=reversed&group=workflow";
  expect(writeFleetQuery(readFleetQuery(new URLSearchParams(text))).toString()).toBe(text);
  const odd = readFleetQuery(
    new URLSearchParams("liveness=dead,constructor&status=x&sort=__proto__&group=1"),
  );
  expect(writeFleetQuery(odd).toString()).toBe("");
});

test("finds by id, name, task and values of metadata, all words of it, whatever the case", () => {
  const agents = [
    agent("reviewer-1", {
      display_name: "Ada",
      current_task: "Reading a.ts",
      metadata: { run: { id: "R-77" } },
    }),
    agent("builder", { metadata: { workflow: "release", reviewer: 5 } }),
  ];
  expect(search(agents, "q=REVIEWER")).toEqual(["reviewer-1"]);
  expect(search(agents, "q=ada+r-77+reading")).toEqual(["reviewer-1"]);
  expect(search(agents, "q=release")).toEqual(["builder"]);
  expect(search(agents, "q=nobody")).toEqual([]);
});

test("counts each liveness among those that the other filters let through", () => {
  const agents = [agent("a", { liveness: "lost" }), agent("b"), agent("c"), agent("d", { status: "idle" })];
  const { counts, agents: shown } = selectAgents(
    agents,
    readFleetQuery(new URLSearchParams("liveness=lost&status=running")),
  );
  expect(counts).toEqual({ lost: 1, stalled: 0, stale: 0, unknown: 0, alive: 2, finished: 0 });
  expect(shown.map(({ agent_id }) => agent_id)).toEqual(["a"]);
});

test("sorts by each, the other way round too, and by id where else they are equal", () => {
  const agents = [
    agent("b", { liveness: "alive", progress: 0.5, last_beat: "2026-01-01T00:00:02.000Z" }),
    agent("c", { liveness: "lost", progress: 0.1, last_beat: null }),
    agent("a", { liveness: "alive", progress: 0.5, last_beat: "2026-01-01T00:00:01.000Z" }),
  ];
  const sorted = (query: string) =>
    [...agents]
      .sort(agentOrder(readFleetQuery(new URLSearchParams(query))))
      .map(({ agent_id }) => agent_id)
      .join("");
  expect(sorted("")).toBe("cab");
  expect(sorted("order=reversed")).toBe("abc");
  expect(sorted("sort=id")).toBe("abc");
  expect(sorted("sort=id&order=reversed")).toBe("cba");
  expect(sorted("sort=last_beat")).toBe("bac");
  expect(sorted("sort=progress")).toBe("abc");
});

test("sorts anew at most every two seconds, and not while it is held", () => {
  const order = new HeldOrder();
  const compare = agentOrder({ sort: "progress", reversed: false });
  const at = (now: number, held: boolean, ...progress: number[]) =>
    order
      .update({
        agents: progress.map((value, i) => agent(`a${i}`, { progress: value })),
        compare,
        by: "p",
        held,
        now,
      })
      .join(" ");
  expect(at(0, false, 0.1, 0.2)).toBe("a1 a0");
  expect(at(1900, false, 0.3, 0.2)).toBe("a1 a0");
  expect(at(2000, false, 0.3, 0.2)).toBe("a0 a1");
  expect(at(9000, true, 0.3, 0.9)).toBe("a0 a1");
  expect(at(9100, false, 0.3, 0.9)).toBe("a1 a0");
});

test("is sorted at once where nothing stood, and says when it is to be sorted again", () => {
  const order = new HeldOrder();
  const compare = agentOrder({ sort: "liveness", reversed: false });
  const at = (now: number, held: boolean, ...agents: AgentJson[]) =>
    order.update({ agents, compare, by: "l", held, now }).join(" ");
  const lost = agent("z", { liveness: "lost" });
  expect(at(0, false)).toBe("");
  expect(at(300, true, agent("a"), lost)).toBe("z a");
  expect(order.sortInMs).toBeUndefined();
  expect(at(800, false, agent("a"), lost, agent("b", { liveness: "stalled" }))).toBe("z a b");
  expect(order.sortInMs).toBe(1500);
  expect(at(2300, true, agent("a"), lost, agent("b", { liveness: "stalled" }))).toBe("z a b");
  expect(order.sortInMs).toBeGreaterThan(0);
  expect(at(2300, false, agent("a"), lost, agent("b", { liveness: "stalled" }))).toBe("z b a");
  expect(order.sortInMs).toBeUndefined();
});

test("new agents stand at the end until it is sorted, those that are gone leave", () => {
  const order = new HeldOrder();
  const compare = agentOrder({ sort: "id", reversed: false });
  const ids = (now: number, held: boolean, ...names: string[]) =>
    order.update({ agents: names.map((name) => agent(name)), compare, by: "id", held, now }).join(" ");
  expect(ids(0, false, "b", "d", "c")).toBe("b c d");
  expect(ids(5000, true, "a", "d", "c")).toBe("c d a");
  expect(ids(6000, false, "a", "d", "c")).toBe("a c d");
});

test("another question is answered at once, and without changes the same array is given", () => {
  const order = new HeldOrder();
  const agents = [agent("a", { progress: 0.1 }), agent("b", { progress: 0.2 })];
  const ask = (by: "id" | "progress", now: number) =>
    order.update({ agents, compare: agentOrder({ sort: by, reversed: false }), by, held: true, now });
  const before = ask("id", 0);
  expect(before).toEqual(["a", "b"]);
  expect(ask("progress", 1)).toEqual(["b", "a"]);
  expect(ask("progress", 5000)).toBe(ask("progress", 9000));
});

test("groups by workflow, by name, those without one last; what is closed shows its heading only", () => {
  const workflows: Record<string, unknown> = { a: "z", b: "y", c: undefined, d: "y", e: { odd: 1 } };
  const of = (id: string) => workflowOf(agent(id, { metadata: { workflow: workflows[id] } }));
  const rows = groupRows(["a", "b", "c", "d", "e"], of, (key) => key === "group y");
  expect(
    rows.map((row) => (row.kind === "group" ? `${row.workflow} ${row.members.length}` : row.id)),
  ).toEqual(["y 2", "z 1", "a", '{"odd":1} 1', "e", "null 1", "c"]);
  expect(
    isSameRows(
      rows,
      groupRows(["a", "b", "c", "d", "e"], of, (key) => key === "group y"),
    ),
  ).toBe(true);
  expect(
    isSameRows(
      rows,
      groupRows(["a", "b", "c", "d", "e"], of, () => false),
    ),
  ).toBe(false);
  expect(
    isSameRows(
      rows,
      groupRows(["a", "d", "c", "b", "e"], of, (key) => key === "group y"),
    ),
  ).toBe(false);
});

test("ten thousand agents are chosen and ordered, none twice and none forgotten", () => {
  const agents = Array.from({ length: 10_000 }, (_, n) =>
    agent(`agent-${n}`, { metadata: { workflow: `w${n % 40}` } }),
  );
  const { agents: shown } = selectAgents(agents, { ...everything, search: "agent w3" });
  expect(shown.length).toBeGreaterThan(1000);
  expect(
    new HeldOrder().update({ agents: shown, compare: agentOrder(everything), by: "", held: false, now: 0 }),
  ).toHaveLength(shown.length);
});
