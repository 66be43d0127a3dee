import { expect, it } from "vitest";
import { RecentCount } from "../../web/src/views/signals/recent-count.ts";
import type { SignalRecord } from "../../web/src/views/signals/signal-record.ts";
import { drawnAgents, others, SignalTraffic } from "../../web/src/views/signals/signal-traffic.ts";

const start = 1_000_000_000_000;
const allTypes: ReadonlySet<string> = new Set();

function signal(source: string, target: string | null, at = start, type = "go"): SignalRecord {
  return { signalId: `${Math.random()}`, type, source, target, at, ttlSeconds: null, payload: null };
}

it("counts what happened within the last minute, and forgets what is older", () => {
  const count = new RecentCount();
  count.add(start, start);
  count.add(start + 20_000, start + 20_000);
  expect(count.at(start + 30_000)).toBe(2);
  expect(count.at(start + 61_000)).toBe(1);
  expect(count.at(start + 90_000)).toBe(0);
  expect(count.at(start + 10_000_000)).toBe(0);
});

it("does not count what is known late and is older than a minute", () => {
  const count = new RecentCount();
  count.add(start - 120_000, start);
  count.add(start - 30_000, start);
  expect(count.at(start)).toBe(1);
});

it("adds up what went along a way, of the types that are wanted", () => {
  const traffic = new SignalTraffic();
  for (const type of ["go", "go", "done"]) traffic.add(signal("a", "b", start, type), start);
  expect(traffic.flow(start, allTypes).edges).toMatchObject([{ source: "a", target: "b", count: 3 }]);
  expect(traffic.flow(start, new Set(["done"])).edges).toMatchObject([{ count: 1 }]);
  expect(traffic.flow(start, new Set(["nothing"]))).toMatchObject({ agents: [], edges: [], total: 0 });
  expect(traffic.types(start)).toEqual([
    { type: "go", count: 2 },
    { type: "done", count: 1 },
  ]);
});

it("draws the busiest agents, and one node for all others", () => {
  const traffic = new SignalTraffic();
  for (let agent = 0; agent < 100; agent++) {
    const signals = agent < 40 ? 5 : 1;
    for (let one = 0; one < signals; one++) traffic.add(signal(`agent-${agent}`, "hub"), start);
  }
  const { agents, othersCount, edges, total } = traffic.flow(start, allTypes);
  expect(agents).toHaveLength(drawnAgents);
  expect(agents).toContain("hub");
  for (let agent = 0; agent < 40; agent++) expect(agents).toContain(`agent-${agent}`);
  expect(othersCount).toBe(101 - drawnAgents);
  expect(edges.find(({ source }) => source === others)).toMatchObject({ target: "hub", count: othersCount });
  expect(edges.reduce((sum, { count }) => sum + count, 0)).toBe(total);
});

it("keeps agents in the picture while others are only a little busier", () => {
  const traffic = new SignalTraffic();
  for (let agent = 0; agent < drawnAgents; agent++) {
    for (let one = 0; one < 5; one++) traffic.add(signal(`old-${agent}`, null), start);
  }
  const before = traffic.flow(start, allTypes).agents;
  for (let one = 0; one < 6; one++) traffic.add(signal("new", null), start);
  expect(traffic.flow(start, allTypes).agents).toEqual(before);
  for (let one = 0; one < 20; one++) traffic.add(signal("new", null), start);
  expect(traffic.flow(start, allTypes).agents).toContain("new");
});

it("draws an agent that is looked at, however quiet it is", () => {
  const traffic = new SignalTraffic();
  traffic.add(signal("quiet", null), start);
  for (let agent = 0; agent < 80; agent++) {
    for (let one = 0; one < 5; one++) traffic.add(signal(`busy-${agent}`, null), start);
  }
  expect(traffic.flow(start, allTypes).agents).not.toContain("quiet");
  expect(traffic.flow(start, allTypes, ["quiet"]).agents).toContain("quiet");
});

it("stays bounded with any number of agents, and forgets those that are silent", () => {
  const traffic = new SignalTraffic();
  for (let agent = 0; agent < 12_000; agent++) traffic.add(signal(`a${agent}`, `b${agent}`), start + agent);
  const { agents, othersCount } = traffic.flow(start + 12_000, allTypes);
  expect(agents.length + othersCount).toBeLessThanOrEqual(10_000);
  expect(traffic.flow(start + 3_600_000, allTypes).agents).toEqual([]);
});
