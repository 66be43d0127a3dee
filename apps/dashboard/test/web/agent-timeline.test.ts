import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import type { EventJson } from "../../src/protocol/records.ts";
import { AgentTimeline, keyOfItem, type TimelinePage } from "../../web/src/views/agent/agent-timeline.ts";
import { kindOfPushed, type TimelineItem } from "../../web/src/views/agent/timeline-item.ts";
import { timelineRows } from "../../web/src/views/agent/timeline-rows.ts";
import { beatsText } from "../../web/src/views/agent/timeline-text.ts";

const agentId = "a";

function beat(n: number, more: object = {}): TimelineItem {
  const data = { agent_id: agentId, status: "running", progress: n / 100, ...more };
  return {
    kind: "beat",
    event_id: `${n}-0`,
    event_type: "agent_heartbeat",
    timestamp: null,
    source: agentId,
    data,
  };
}

/** A store to which events are added at any time; pages end at `limit`, and a cursor is of what was there. */
function storeOf(...items: TimelineItem[]) {
  const store = { items: [...items], asked: 0 };
  const pages = new Map<string, TimelineItem[]>();
  const read = async (query: URLSearchParams): Promise<TimelinePage> => {
    store.asked += 1;
    const before = query.get("before");
    const limit = Number(query.get("limit"));
    const rest =
      pages.get(query.get("cursor") ?? "") ??
      [...store.items]
        .reverse()
        .filter(
          ({ event_id }) => before === null || Number.parseInt(event_id, 10) < Number.parseInt(before, 10),
        );
    const left = rest.slice(limit);
    const cursor = left.length > 0 ? `cursor ${store.asked}` : null;
    if (cursor) pages.set(cursor, left);
    await turn();
    return { items: rest.slice(0, limit), next_cursor: cursor };
  };
  return { store, read };
}

const numbers = (timeline: AgentTimeline) =>
  timeline.items.map(({ event_id }) => Number.parseInt(event_id, 10));
const down = (from: number, to = 0) => Array.from({ length: from - to + 1 }, (_, i) => from - i);

test("pages and what arrives live make one whole, whatever arrives in between", async () => {
  const { store, read } = storeOf(
    ...down(99)
      .reverse()
      .map((n) => beat(n)),
  );
  const timeline = new AgentTimeline({ agentId, read, onChange: () => {}, limit: 10 });
  for (let n = 100; n < 400; n++) {
    // Some come before the page that has them too, some behind it.
    store.items.push(beat(n));
    if (n % 3 === 0) void timeline.loadOlder();
    await turn();
    timeline.add([beat(n)]);
  }
  while (!timeline.isAtEnd) {
    await timeline.loadOlder();
    await turn();
  }
  expect(numbers(timeline)).toEqual(down(399));
  expect(new Set(timeline.items.map(keyOfItem)).size).toBe(400);
});

test("after a hole it is read anew from the store", async () => {
  const { store, read } = storeOf(beat(1), beat(2));
  const timeline = new AgentTimeline({ agentId, read, onChange: () => {} });
  await timeline.loadOlder();
  store.items.push(beat(3), beat(4));
  timeline.hole();
  timeline.add([beat(5)]);
  await turn();
  await turn();
  await turn();
  expect(numbers(timeline)).toEqual([5, 4, 3, 2, 1]);
});

test("a page that is under way when the hole is found does not come in", async () => {
  let answer: ((page: TimelinePage) => void) | undefined;
  const { read } = storeOf(beat(9));
  let first = true;
  const timeline = new AgentTimeline({
    agentId,
    onChange: () => {},
    read: (query) => {
      if (!first) return read(query);
      first = false;
      return new Promise((resolve) => {
        answer = resolve;
      });
    },
  });
  void timeline.loadOlder();
  timeline.hole();
  answer!({ items: [beat(1)], next_cursor: "old" });
  for (let i = 0; i < 5; i++) await turn();
  expect(numbers(timeline)).toEqual([9]);
});

test("events whose data was too large to be pushed are read from the store", async () => {
  const { store, read } = storeOf(beat(1));
  const timeline = new AgentTimeline({ agentId, read, onChange: () => {} });
  await timeline.loadOlder();
  store.items.push(beat(2));
  const { data, ...unseen } = beat(2);
  timeline.add([{ ...unseen, data_bytes: 9000 }]);
  for (let i = 0; i < 5; i++) await turn();
  expect(numbers(timeline)).toEqual([2, 1]);
});

test("keeps some thousands, and reads older ones again", async () => {
  const total = 12_000;
  const { store, read } = storeOf();
  const timeline = new AgentTimeline({ agentId, read, onChange: () => {}, limit: 1000 });
  await timeline.loadOlder();
  for (let n = 1; n <= total; n += 100) {
    const items = Array.from({ length: Math.min(100, total - n + 1) }, (_, i) => beat(n + i));
    store.items.push(...items);
    timeline.add(items);
  }
  expect(timeline.items.length).toBeLessThanOrEqual(10_000);
  const oldest = numbers(timeline).at(-1)!;
  expect(timeline.isAtEnd).toBe(false);
  await timeline.loadOlder();
  expect(numbers(timeline)).toEqual(down(total, oldest - 999));
});

test("an error is told, and what is there stays", async () => {
  const { read } = storeOf(beat(1));
  let fails = true;
  const timeline = new AgentTimeline({
    agentId,
    onChange: () => {},
    read: (query) => (fails ? Promise.reject(new Error("the store is away")) : read(query)),
  });
  timeline.add([beat(2)]);
  await timeline.loadOlder();
  expect(timeline.error?.message).toBe("the store is away");
  expect(numbers(timeline)).toEqual([2]);
  fails = false;
  await timeline.loadOlder();
  expect(timeline.error).toBeUndefined();
  expect(numbers(timeline)).toEqual([2, 1]);
});

test("knows what an event is to an agent", () => {
  const kind = (event_type: string, data: unknown) =>
    kindOfPushed({ event_id: "1-0", event_type, timestamp: null, source: "s", data } as EventJson, agentId);
  expect(kind("agent_heartbeat", { agent_id: "a" })).toBe("beat");
  expect(kind("agent_heartbeat", { agent_id: "b" })).toBeUndefined();
  expect(kind("workflow_progress", { agent_id: "a" })).toBe("stage");
  expect(kind("agent_error", { agent_id: "a" })).toBe("error");
  expect(kind("approval_audit", { agent_id: "a" })).toBe("approval");
  const signal = (source_agent: string, target_agent: string | null) =>
    kind("coordination_signal", { signal_type: "go", source_agent, target_agent });
  expect(signal("a", "b")).toBe("signal_sent");
  expect(signal("b", "a")).toBe("signal_received");
  expect(signal("b", null)).toBe("broadcast");
  expect(signal("b", "c")).toBeUndefined();
  expect(kind("coordination_signal", "a")).toBeUndefined();
  expect(kind("toString", { agent_id: "a" })).toBeUndefined();
});

test("folds beats in a row of one status, and opens them", () => {
  const error = { ...beat(50), kind: "error", event_type: "agent_error" } as const;
  const items = [beat(60), error, beat(49, { status: "idle" }), ...down(48, 35).map((n) => beat(n))];
  const rows = timelineRows(items, { kinds: new Set(), open: new Set() });
  expect(rows.map((row) => (row.kind === "beats" ? beatsText(row) : row.item.event_id))).toEqual([
    "60-0",
    "50-0",
    "49-0",
    "14 beats, 35 % to 48 %, running",
  ]);
  const folded = rows.at(-1)!;
  const open = timelineRows(items, { kinds: new Set(), open: new Set([folded.key]) });
  expect(open).toHaveLength(4 + 14);
  expect(new Set(open.map(({ key }) => key)).size).toBe(open.length);
  expect(timelineRows(items, { kinds: new Set(["error"]), open: new Set() }).map(({ key }) => key)).toEqual([
    keyOfItem(error),
  ]);
});

test("folded beats keep their key when newer ones come", () => {
  const key = (items: readonly TimelineItem[]) =>
    timelineRows(items, { kinds: new Set(), open: new Set() })[0]!.key;
  expect(key(down(9, 5).map((n) => beat(n)))).toBe(key(down(12, 5).map((n) => beat(n))));
});
