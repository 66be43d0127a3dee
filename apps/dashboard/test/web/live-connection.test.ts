import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { closeCodes } from "../../src/protocol/messages.ts";
import { LiveConnection, type LiveConnectionOptions } from "../../web/src/connection/live-connection.ts";
import { FleetState } from "../../web/src/state/fleet-state.ts";
import { FakeSocket } from "./fake-socket.ts";

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.opened.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
});

function connected(options: Partial<LiveConnectionOptions> = {}) {
  const state = new FleetState();
  const open = (url: string) => new FakeSocket(url) as unknown as WebSocket;
  const connection = new LiveConnection(state, { url: "ws://test/ws", open, ...options });
  onTestFinished(() => connection.close());
  return { state, connection };
}

const socket = () => FakeSocket.opened.at(-1)!;

function event(n: number, event_type = "t") {
  return { event_id: `${n}-0`, event_type, timestamp: null, source: "s", data: n };
}

function position(n: number, eventType = "t") {
  return { eventType, id: `${n}-0`, ordinal: n };
}

function snapshot(more: object = {}) {
  return {
    kind: "snapshot",
    server: "server-1",
    version: "1.0.0",
    read_only: false,
    responder: "dashboard",
    positions: [position(2)],
    resumed: false,
    missed: 0,
    agents: { changed: [], gone: [] },
    events: [event(1), event(2)],
    ...more,
  };
}

function begin(more?: object): void {
  socket().accept();
  socket().say(snapshot(more));
}

const shown = (state: FleetState) => state.events.items.map(({ event, gap }) => event?.data ?? gap);

test("says hello, and is live with the snapshot", () => {
  const { state } = connected();
  expect(state.connection).toBe("connecting");
  socket().accept();
  expect(socket().sent).toEqual([{ kind: "hello" }]);
  expect(state.connection).toBe("connecting");
  socket().say(snapshot());
  expect(state.connection).toBe("live");
  expect(shown(state)).toEqual([1, 2]);
});

test("after a break it goes on behind what it has: no event is missing, none is there twice", async () => {
  const { state } = connected();
  begin();
  socket().say({ kind: "delta", n: 1, events: [event(3)], positions: [position(3)] });
  socket().say({ kind: "delta", n: 2, events: [event(7, "other")], positions: [position(7, "other")] });
  socket().end(1006);
  expect(state.connection).toBe("away");
  await vi.advanceTimersByTimeAsync(1000);
  expect(FakeSocket.opened).toHaveLength(2);
  socket().accept();
  expect(socket().sent).toEqual([
    { kind: "hello", resume: { server: "server-1", positions: [position(3), position(7, "other")] } },
  ]);
  socket().say(
    snapshot({ resumed: true, events: [event(4)], positions: [position(4), position(7, "other")] }),
  );
  socket().say({ kind: "delta", n: 1, events: [event(5)], positions: [position(5)] });
  expect(shown(state)).toEqual([1, 2, 3, 7, 4, 5]);
  expect(state.connection).toBe("live");
});

test("a stream that the snapshot knows no more is not asked for again", async () => {
  connected();
  begin({ positions: [position(2), position(9, "deleted")] });
  for (const positions of [[position(2)], [position(2)]]) {
    socket().end(1006);
    await vi.advanceTimersByTimeAsync(1000);
    begin({ resumed: true, events: [], positions });
  }
  expect(socket().sent[0]?.resume?.positions).toEqual([position(2)]);
});

test("a server that cannot say what was missed: begins anew, and says where something is missing", async () => {
  const { state } = connected();
  const heard: unknown[] = [];
  state.onEvents({
    onEvents: (events) => heard.push(...events.map(({ data }) => data)),
    onHole: () => heard.push("hole"),
  });
  begin();
  socket().end(1006);
  await vi.advanceTimersByTimeAsync(1000);
  begin({ server: "server-2", missed: 1204, events: [event(90)], positions: [position(90)] });
  expect(shown(state)).toEqual([{ eventType: null, missed: 1204, reason: "behind" }, 90]);
  socket().say({ kind: "delta", n: 1, events: [event(91)], positions: [position(91)] });
  expect(heard).toEqual(["hole", "hole", 91]);
});

test("a snapshot on the same connection brings what was missed, and deltas go on counting", async () => {
  const { state } = connected();
  begin();
  socket().end(1006);
  await vi.advanceTimersByTimeAsync(1000);
  // The store is away: it keeps what it has.
  begin({ resumed: true, events: [], positions: [position(2)] });
  socket().say({ kind: "delta", n: 1, agents: { changed: [], gone: [] } });
  socket().say(snapshot({ resumed: true, events: [event(3), event(4)], positions: [position(4)] }));
  socket().say({ kind: "delta", n: 2, events: [event(5)], positions: [position(5)] });
  expect(shown(state)).toEqual([1, 2, 3, 4, 5]);
  expect(FakeSocket.opened).toHaveLength(2);
});

test("a missing number: leaves at once, hears nothing more of that connection, and comes back", async () => {
  const { state } = connected();
  begin();
  const broken = socket();
  broken.say({ kind: "delta", n: 2, events: [event(4)], positions: [position(4)] });
  expect(broken.closedWith).toBe(4000);
  expect(state.connection).toBe("away");
  broken.say({ kind: "delta", n: 3, events: [event(5)], positions: [position(5)] });
  broken.end(4000);
  expect(shown(state)).toEqual([1, 2]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(FakeSocket.opened).toHaveLength(2);
  socket().accept();
  expect(socket().sent[0]?.resume?.positions).toEqual([position(2)]);
});

test.each([
  ["no JSON", "{"],
  ["no object", "[]"],
  ["an unknown kind", '{"kind":"sermon"}'],
  ["half a snapshot", '{"kind":"snapshot"}'],
  ["a delta without a number", '{"kind":"delta"}'],
  ["bytes", new ArrayBuffer(3)],
])("does not fail over what it does not understand (%s), but comes back", async (_what, data) => {
  const { state } = connected();
  begin();
  socket().sayText(data);
  expect(state.connection).toBe("away");
  await vi.advanceTimersByTimeAsync(1000);
  begin({ resumed: true, events: [event(3)] });
  expect(shown(state)).toEqual([1, 2, 3]);
});

test("waits longer each time in vain, up to five seconds, and shortly again after it was live", async () => {
  const { state } = connected();
  const pauses: number[] = [];
  for (let i = 0; i < 9; i++) {
    socket().end(1006);
    const from = performance.now();
    const count = FakeSocket.opened.length;
    while (FakeSocket.opened.length === count) await vi.advanceTimersByTimeAsync(10);
    pauses.push(performance.now() - from);
  }
  expect(pauses[0]).toBeLessThan(400);
  expect(pauses[2]).toBeGreaterThan(pauses[0]!);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(6300);
  expect(Math.min(...pauses.slice(6))).toBeGreaterThan(3700);
  begin();
  expect(state.connection).toBe("live");
  socket().end(1006);
  const count = FakeSocket.opened.length;
  await vi.advanceTimersByTimeAsync(400);
  expect(FakeSocket.opened.length).toBe(count + 1);
});

test("too slow, and full: says why", () => {
  const { state } = connected();
  begin();
  socket().end(closeCodes.tooSlow);
  expect(state.connection).toBe("away");
  expect(state.connectionReason).toMatch(/took too long/);
  const other = connected();
  socket().end(closeCodes.full);
  expect(other.state.connection).toBe("refused");
  expect(other.state.connectionReason).toMatch(/as may be/);
});

test("asks why it is not let in, and tries on", async () => {
  const { state } = connected({ askWhyRefused: async () => "The token is another one." });
  socket().end(1006);
  await vi.advanceTimersByTimeAsync(1);
  expect(state.connection).toBe("refused");
  expect(state.connectionReason).toBe("The token is another one.");
  await vi.advanceTimersByTimeAsync(1000);
  begin();
  expect(state.connection).toBe("live");
});

test("a silent connection is asked, kept when it answers, and given up when it does not", async () => {
  const { state } = connected();
  begin();
  const silent = socket();
  await vi.advanceTimersByTimeAsync(11_000);
  expect(silent.sent.map(({ kind }) => kind)).toContain("ping");
  silent.say({ kind: "pong" });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(state.connection).toBe("live");
  await vi.advanceTimersByTimeAsync(10_000);
  expect(FakeSocket.opened.length).toBeGreaterThan(1);
  expect(state.connection).toBe("away");
});

test("a connection that is never made is given up as well", async () => {
  connected();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(FakeSocket.opened.length).toBeGreaterThan(1);
  expect(FakeSocket.opened[0]?.closedWith).toBe(4000);
});

test("hurries when there is reason to, once", async () => {
  const { connection } = connected();
  for (let i = 0; i < 6; i++) {
    socket().end(1006);
    await vi.advanceTimersByTimeAsync(7000);
  }
  socket().end(1006);
  const count = FakeSocket.opened.length;
  connection.hurry();
  connection.hurry();
  expect(FakeSocket.opened.length).toBe(count + 1);
  await vi.advanceTimersByTimeAsync(6000);
  expect(FakeSocket.opened.length).toBe(count + 1);
});

test("closed, it leaves no timer behind", async () => {
  const { connection } = connected();
  begin();
  // What the state tells a little later is no timer of the connection's.
  await vi.advanceTimersByTimeAsync(300);
  socket().end(1006);
  connection.close();
  expect(vi.getTimerCount()).toBe(0);
});

test.each([closeCodes.notUnderstood, 1009])(
  "begins anew where the server does not take what it says (%i)",
  (code) => {
    connected();
    begin();
    socket().end(code);
    vi.advanceTimersByTime(10_000);
    socket().accept();
    expect(socket().sent).toEqual([{ kind: "hello" }]);
  },
);

test.each([
  ["too many", 10_001, "t"],
  ["too long", 9000, "t".repeat(200)],
])("begins anew where its positions are %s for one message", (_, count, type) => {
  connected();
  begin({ positions: Array.from({ length: count }, (_, n) => position(1, `${type}${n}`)) });
  socket().end(1006);
  vi.advanceTimersByTime(10_000);
  socket().accept();
  expect(socket().sent).toEqual([{ kind: "hello" }]);
});

test("goes on where it was with as many positions as one message may have", () => {
  connected();
  begin({ positions: Array.from({ length: 10_000 }, (_, n) => position(1, `t${n}`)) });
  socket().end(1006);
  vi.advanceTimersByTime(10_000);
  socket().accept();
  expect(socket().sent[0]?.resume?.positions).toHaveLength(10_000);
});
