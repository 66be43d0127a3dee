/** Pages of events while more are published: what was there comes once, none is left out, in order. */
import { setTimeout as sleep } from "node:timers/promises";
import { EventStreamer } from "@attune/streams";
import { compareIds, openTransport } from "@attune/transport";
import { onEveryStore } from "@attune-tools/every-store";
import { describe, expect, it } from "vitest";
import { type RunningDashboard, runDashboard } from "../running-dashboard.ts";

interface Listed {
  readonly event_id: string;
  readonly event_type: string;
  readonly data: { readonly n: number };
}

async function allPages(dashboard: RunningDashboard, query: string) {
  const events: Listed[] = [];
  let pages = 0;
  for (let cursor: string | null = ""; cursor !== null; ) {
    const { status, json } = await dashboard.get(
      `/api/events?${query}${cursor === "" ? "" : `&cursor=${cursor}`}`,
    );
    expect(status, JSON.stringify(json)).toBe(200);
    events.push(...json.events);
    cursor = json.next_cursor;
    pages++;
  }
  return { events, pages };
}

const types = ["a", "b/%2F", "c*<img>", "ü", "z"];

onEveryStore("pages of events", (store) => {
  it("hold what was there once and in order, however much is published meanwhile", async () => {
    const transport = await store().open();
    const dashboard = await runDashboard({ transport });
    const streamer = new EventStreamer({ transport, maxLength: 100_000 });
    let sent = 0;
    const publish = (count: number) =>
      streamer.publishEvents(
        Array.from({ length: count }, () => {
          const n = sent++;
          return { eventType: types[(n * 7) % types.length]!, data: { n } };
        }),
      );
    for (let time = 0; time < 10; time++) await publish(60);
    let publishes = true;
    const publishing = (async () => {
      while (publishes && sent < 5000) {
        await publish(5);
        await sleep(1);
      }
    })();
    for (const order of ["desc", "asc"] as const) {
      const before = sent - 5; // of the last ones it may not be known yet whether they are there
      const { events, pages } = await allPages(dashboard, `order=${order}&limit=37`);
      const seen = events.map(({ data }) => data.n);
      expect(new Set(seen).size, "doubled").toBe(seen.length);
      const missing = Array.from({ length: before }, (_, n) => n).filter((n) => !seen.includes(n));
      expect(missing, "left out").toEqual([]);
      expect(pages).toBeGreaterThanOrEqual(Math.ceil(before / 37));
      const direction = order === "asc" ? 1 : -1;
      const inOrder = events.every((event, at) => {
        const last = events[at - 1];
        if (!last) return true;
        const byId =
          compareIds(last.event_id, event.event_id) || (last.event_type < event.event_type ? -1 : 1);
        return byId * direction < 0;
      });
      expect(inOrder, "in order").toBe(true);
    }
    publishes = false;
    await publishing;
    expect(sent).toBeGreaterThan(700);
  }, 60_000);

  it("are of one, several or all types, from and to a time or an id, and hold a text", async () => {
    const transport = await store().open();
    const dashboard = await runDashboard({ transport });
    const streamer = new EventStreamer({ transport });
    const ids: string[] = [];
    for (let n = 0; n < 9; n++) {
      const data = { n, text: n === 4 ? 'Größe "XL"' : "" };
      ids.push(await streamer.publishEvent(types[n % 3]!, data, { source: n === 5 ? "Émile" : "x" }));
    }
    const seen = async (query: string) =>
      (await allPages(dashboard, `order=asc&limit=2&${query}`)).events.map(({ data }) => data.n).sort();
    const name = (at: number) => `type=${encodeURIComponent(types[at]!)}`;
    expect(await seen("")).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(await seen(name(1))).toEqual([1, 4, 7]);
    expect(await seen(`${name(0)}&${name(2)}`)).toEqual([0, 2, 3, 5, 6, 8]);
    expect(await seen("type=nothing")).toEqual([]);
    expect(await seen(`${name(1)}&from=${ids[4]}`)).toEqual([4, 7]);
    expect(await seen(`${name(1)}&to=${ids[4]}`)).toEqual([1, 4]);
    const at = (id: string) => new Date(Number(id.split("-")[0]));
    expect(await seen(`from=${at(ids[0]!).toISOString()}`)).toHaveLength(9);
    expect(await seen(`to=${new Date(at(ids[0]!).getTime() - 1).toISOString()}`)).toEqual([]);
    expect(await seen(`search=${encodeURIComponent("grösse".replace("ss", "ß"))}`)).toEqual([4]);
    expect(await seen(`search=${encodeURIComponent('"xl"')}`)).toEqual([4]);
    expect(await seen("search=%C3%89MILE")).toEqual([5]);
    expect(await seen(`search=${encodeURIComponent("C*<IMG")}`)).toEqual([2, 5, 8]);
    const one = await dashboard.get(`/api/events/${encodeURIComponent(types[1]!)}/${ids[4]}`);
    expect(one.json).toMatchObject({ event_id: ids[4], event_type: types[1], data: { n: 4 }, source: "x" });
    const listed = (await dashboard.get("/api/event-types")).json;
    expect(
      listed.event_types.map(({ event_type, length }: { event_type: string; length: number }) => [
        event_type,
        length,
      ]),
    ).toEqual([
      ["a", 3],
      ["b/%2F", 3],
      ["c*<img>", 3],
    ]);
    expect(listed).toMatchObject({ total: 3, next_cursor: null });
  });
});

describe("an event", () => {
  it("goes with all digits of its numbers; large data only to who asks for it", async () => {
    const dashboard = await runDashboard({ url: "memory:large-data" });
    await using transport = await openTransport("memory:large-data");
    const data = `{"n":12345678901234567890.10,"text":"${"x".repeat(5000)}"}`;
    const request = {
      eventType: "large",
      timestamp: new Date().toISOString(),
      data,
      source: "s",
      maxLength: 100,
    };
    const [id] = await transport.streams.append([request]);
    const short = await dashboard.get("/api/events?type=large");
    expect(short.json.events[0].data).toBeUndefined();
    expect(short.json.events[0].data_bytes).toBe(data.length);
    expect((await dashboard.get("/api/events?type=large&full=true")).text).toContain(data);
    expect((await dashboard.get(`/api/events/large/${id}`)).text).toContain(data);
    for (const wrong of ["1-1", "x", "0-0", `${id}0`]) {
      expect((await dashboard.get(`/api/events/large/${wrong}`)).status).toBe(404);
    }
  });

  it("of another program's making that is damaged is told, with what is wrong", async () => {
    const dashboard = await runDashboard({ url: "memory:damaged" });
    await using transport = await openTransport("memory:damaged");
    const request = {
      eventType: "odd",
      timestamp: "yesterday",
      data: "{nonsense",
      source: "s",
      maxLength: 100,
    };
    await transport.streams.append([request]);
    const { json } = await dashboard.get("/api/events?type=odd");
    expect(json.events[0]).toMatchObject({ data: null, raw_data: "{nonsense" });
    expect(json.events[0].invalid_reason).toContain("its data is not JSON");
  });
});

describe("a search that finds little", () => {
  it("ends after 10,000 events, says so, and goes on with the cursor", async () => {
    const dashboard = await runDashboard({ url: "memory:search" });
    await using transport = await openTransport("memory:search");
    const streamer = new EventStreamer({ transport, maxLength: 100_000 });
    const events = Array.from({ length: 500 }, () => ({ eventType: "many", data: 1 }));
    await streamer.publishEvent("many", "needle");
    for (let time = 0; time < 24; time++) await streamer.publishEvents(events);
    const first = (await dashboard.get("/api/events?search=NEEDLE")).json;
    expect(first).toMatchObject({ events: [], complete: false });
    const second = (await dashboard.get(`/api/events?search=NEEDLE&cursor=${first.next_cursor}`)).json;
    expect(second).toMatchObject({ events: [{ data: "needle" }], complete: true, next_cursor: null });
  });
});

it("cursors of other questions, and what is out of bounds, are refused", async () => {
  const dashboard = await runDashboard({ url: "memory:bounds" });
  await using transport = await openTransport("memory:bounds");
  const streamer = new EventStreamer({ transport });
  for (let n = 0; n < 3; n++) await streamer.publishEvent("a", n);
  const { next_cursor } = (await dashboard.get("/api/events?limit=1")).json;
  const codeOf = async (query: string) => {
    const { status, json } = await dashboard.get(`/api/events?${query}`);
    return [status, json.error?.code];
  };
  expect(await codeOf(`limit=2&cursor=${next_cursor}`)).toEqual([200, undefined]);
  for (const query of [
    `type=a&cursor=${next_cursor}`,
    `order=asc&cursor=${next_cursor}`,
    `search=x&cursor=${next_cursor}`,
    "cursor=x",
    `cursor=${Buffer.from('["x",["1-1","a",null]]').toString("base64url")}`,
  ]) {
    expect(await codeOf(query), query).toEqual([400, "CURSOR_INVALID"]);
  }
  for (const query of [
    "limit=0",
    "limit=1001",
    "limit=x",
    "order=up",
    "from=yesterday",
    "to=1",
    "unknown=1",
    "search=",
    "type=",
    `search=${"x".repeat(257)}`,
    Array.from({ length: 101 }, (_, n) => `type=${n}`).join("&"),
  ]) {
    expect(await codeOf(query), query).toEqual([400, "REQUEST_INVALID"]);
  }
});
