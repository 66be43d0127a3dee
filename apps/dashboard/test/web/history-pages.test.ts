import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import type { EventJson } from "../../src/protocol/records.ts";
import { HistoryPages } from "../../web/src/views/events/history-pages.ts";

const at = "2026-01-01T00:00:00.000Z";
const atMs = Date.parse(at);

/** A store with an event every 100 ms, from `older` before to `newer` after the time. */
function storeOf(older: number, newer: number) {
  const asked: URLSearchParams[] = [];
  const all: EventJson[] = [];
  for (let n = -older; n < newer; n++) {
    all.push({ event_id: `${atMs + n * 100}-0`, event_type: "t", timestamp: null, source: "s", data: n });
  }
  const read = async (query: URLSearchParams) => {
    asked.push(query);
    const isAscending = query.get("order") === "asc";
    const from = query.has("from") ? Date.parse(query.get("from")!) : Number.NEGATIVE_INFINITY;
    const to = query.has("to") ? Date.parse(query.get("to")!) : Number.POSITIVE_INFINITY;
    const wanted = all.filter(
      ({ event_id }) => Number.parseInt(event_id, 10) >= from && Number.parseInt(event_id, 10) <= to,
    );
    if (!isAscending) wanted.reverse();
    const first = Number(query.get("cursor") ?? 0);
    const events = wanted.slice(first, first + Number(query.get("limit")));
    const next = first + events.length;
    return { events, next_cursor: next < wanted.length ? String(next) : null };
  };
  return { read, asked };
}

const filter = { types: new Set<string>(), search: "" };

test("reads in both directions, each event once, newest first", async () => {
  const { read } = storeOf(45, 25);
  const pages = new HistoryPages({ read, at, filter, onChange: () => {}, limit: 20 });
  for (let i = 0; i < 5; i++) {
    await pages.load("older");
    await pages.load("newer");
  }
  expect(pages.items.map(({ event }) => event?.data)).toEqual(Array.from({ length: 70 }, (_, i) => 24 - i));
  expect(pages.way("older").state).toBe("end");
  expect(pages.way("newer").state).toBe("end");
});

test("an event that comes in two pages is there once", async () => {
  const { read } = storeOf(5, 0);
  const twice = async (query: URLSearchParams) => ({ ...(await read(query)), next_cursor: "0" });
  const pages = new HistoryPages({ read: twice, at, filter, onChange: () => {} });
  await pages.load("older");
  await pages.load("older");
  expect(pages.items).toHaveLength(5);
});

test("asks once at a time, and no more where there is no more", async () => {
  const { read, asked } = storeOf(3, 0);
  const pages = new HistoryPages({ read, at, filter, onChange: () => {}, limit: 20 });
  await Promise.all([pages.load("older"), pages.load("older")]);
  await pages.load("older");
  expect(asked).toHaveLength(1);
});

test("asks for what is looked for", async () => {
  const { read, asked } = storeOf(1, 1);
  const wanted = { types: new Set(["a", "b & c"]), search: " text " };
  const pages = new HistoryPages({ read, at, filter: wanted, onChange: () => {} });
  await pages.load("newer");
  expect(asked[0]!.getAll("type")).toEqual(["a", "b & c"]);
  expect(asked[0]!.get("search")).toBe("text");
  expect(asked[0]!.get("from")).toBe(at);
});

test("an error leaves what is there, and can be tried again", async () => {
  const store = storeOf(5, 0);
  let fails = true;
  const read = async (query: URLSearchParams) => {
    if (fails) throw new Error("the store is away");
    return store.read(query);
  };
  const pages = new HistoryPages({ read, at, filter, onChange: () => {} });
  await pages.load("older");
  expect(pages.way("older").error?.message).toBe("the store is away");
  fails = false;
  await pages.load("older");
  expect(pages.way("older").error).toBeUndefined();
  expect(pages.items).toHaveLength(5);
});

test("says nothing any more once it is closed", async () => {
  const { read } = storeOf(5, 0);
  let changes = 0;
  const pages = new HistoryPages({ read, at, filter, onChange: () => changes++ });
  const loading = pages.load("older");
  pages.close();
  await loading;
  await turn();
  expect(changes).toBe(1);
  expect(pages.items).toHaveLength(0);
});
