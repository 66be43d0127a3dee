import { expect, it } from "vitest";
import { type SignalFilter, selectSignals } from "../../web/src/views/signals/signal-filter.ts";
import type { SignalRecord } from "../../web/src/views/signals/signal-record.ts";

const all: SignalRecord[] = [
  ["go", "planner", "Builder-1"],
  ["done", "Builder-1", "planner"],
  ["go", "planner", null],
  ["abort", "watcher", "planner"],
].map(([type, source, target], at) => ({
  signalId: String(at),
  type: type as string,
  source: source as string,
  target: target as string | null,
  at,
  ttlSeconds: null,
  payload: null,
}));
const everything: SignalFilter = { types: new Set(), search: "", focus: null };
const select = (filter: Partial<SignalFilter>, limit = 100) =>
  selectSignals(all, { ...everything, ...filter }, limit).map(({ at }) => at);

it("shows the newest first, and no more than asked for", () => {
  expect(select({})).toEqual([3, 2, 1, 0]);
  expect(select({}, 2)).toEqual([3, 2]);
});

it("shows the chosen types only", () => {
  expect(select({ types: new Set(["go", "abort"]) })).toEqual([3, 2, 0]);
});

it("finds agents and types by a part of their names, in any case", () => {
  expect(select({ search: "BUILDER" })).toEqual([1, 0]);
  expect(select({ search: "abo" })).toEqual([3]);
});

it("shows what an agent sent and got; broadcasts only as those of their sender", () => {
  expect(select({ focus: { kind: "agent", agent: "planner" } })).toEqual([3, 2, 1, 0]);
  expect(select({ focus: { kind: "agent", agent: "Builder-1" } })).toEqual([1, 0]);
});

it("shows one way, and not the way back", () => {
  expect(select({ focus: { kind: "edge", source: "planner", target: "Builder-1" } })).toEqual([0]);
  expect(select({ focus: { kind: "edge", source: "planner", target: null } })).toEqual([2]);
});
