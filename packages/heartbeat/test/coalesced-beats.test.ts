/** Beats of one turn, and those made during a write: what they cost, and that each of them is told. Counted in calls. */
import { agentHeartbeat, HeartbeatCoordinator, type WireHeartbeat } from "@attune/heartbeat";
import { EventStreamer } from "@attune/streams";
import { type Transport, transportWith } from "@attune/transport";
import { describe, expect, it } from "vitest";
import { memoryFleet } from "./on-memory.ts";

/** The same transport; counts what is written, and can hold the puts back. */
function counted(transport: Transport) {
  const puts: WireHeartbeat[] = [];
  const publishes: WireHeartbeat[][] = [];
  const { records, streams } = transport;
  let gate: Promise<void> | undefined;
  const calls = {
    puts,
    publishes,
    beforePut: (_count: number): void => {},
    transport: transportWith(transport, {
      records: {
        ...records,
        put: async (request) => {
          calls.beforePut(puts.push(JSON.parse(request.visible!)));
          await gate;
          return records.put(request);
        },
      },
      streams: {
        ...streams,
        append: (requests) => {
          publishes.push(requests.map(({ data }) => JSON.parse(data)));
          return streams.append(requests);
        },
      },
    }),
    hold(): () => void {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return () => {
        gate = undefined;
        resolve();
      };
    },
    forget(): void {
      puts.length = 0;
      publishes.length = 0;
    },
  };
  return calls;
}

async function streaming(options: object = {}) {
  const fleet = memoryFleet();
  const calls = counted(await fleet.open());
  const { transport } = calls;
  const agent = new HeartbeatCoordinator({ transport, enableStreaming: true, ...options });
  const streamer = new EventStreamer({ transport: await fleet.open() });
  const published = async () => {
    const events = await streamer.getRecentEvents(agentHeartbeat, { count: 10_000 });
    return events.reverse().map(({ data }) => data as WireHeartbeat);
  };
  return { ...fleet, calls, agent, published };
}

const brief = ({ status, progress }: WireHeartbeat) => `${status} ${progress}`;
const since2026 = (time: string) => Date.parse(time) - Date.UTC(2026, 0, 1);

describe("beats of one turn", () => {
  it("cost one put, of the latest state, and one publish that tells each of them, in order", async () => {
    const { agent, calls, clock } = await streaming();
    await agent.startHeartbeat("a");
    await clock.advance(500);
    calls.forget();
    const beats = [
      agent.beat({ progress: 0.1, currentTask: "x", metadata: { n: 1 } }),
      agent.beat({ progress: 0.2, status: "idle" }),
      agent.beat({ metadata: { n: 3 } }),
    ];
    expect(await Promise.all(beats)).toEqual(["recorded", "recorded", "recorded"]);
    expect(calls.puts.map(brief)).toEqual(["running 0.2"]);
    const { incarnation } = (await agent.getAgentStatus("a"))!;
    const time = "2026-01-01T00:00:00.500Z";
    const common = { agent_id: "a", incarnation, current_task: "x", last_beat: time, last_progress: time };
    expect(calls.publishes).toEqual([
      [
        { ...common, status: "running", progress: 0.1, metadata: { n: 1 }, display_name: null },
        { ...common, status: "idle", progress: 0.2, metadata: { n: 1 }, display_name: null },
        { ...common, status: "running", progress: 0.2, metadata: { n: 3 }, display_name: null },
      ],
    ]);
    await agent.close();
  });

  it("that begin with the start cost two puts and one publish", async () => {
    const { agent, calls } = await streaming();
    const outcomes = [
      agent.startHeartbeat("a"),
      agent.beat({ progress: 0.1 }),
      agent.beat({ progress: 0.2 }),
    ];
    expect(await Promise.all(outcomes)).toEqual(["recorded", "recorded", "recorded"]);
    const { incarnation } = (await agent.getAgentStatus("a"))!;
    expect(calls.puts.map((put) => [brief(put), put.incarnation])).toEqual([
      ["running 0.2", undefined],
      ["running 0.2", incarnation],
    ]);
    expect(calls.publishes.map((events) => events.map(brief))).toEqual([
      ["starting 0", "running 0.1", "running 0.2"],
    ]);
    expect(calls.publishes[0]!.map((event) => event.incarnation)).toEqual(Array(3).fill(incarnation));
    await agent.close();
  });

  it("that come while the start is written are served by its second put", async () => {
    const { agent, calls } = await streaming();
    const release = calls.hold();
    const starting = agent.startHeartbeat("a");
    await new Promise(setImmediate);
    const beats = [agent.beat({ progress: 0.1 }), agent.stopHeartbeat("failed")];
    await new Promise(setImmediate);
    release();
    expect(await Promise.all([starting, ...beats])).toEqual(["recorded", "recorded", "recorded"]);
    expect(calls.puts.map(brief)).toEqual(["starting 0", "failed 0.1"]);
    expect(calls.publishes.map((events) => events.map(brief))).toEqual([
      ["starting 0", "running 0.1", "failed 0.1"],
    ]);
    expect(await agent.getAgentStatus("a")).toMatchObject({ liveness: "finished", progress: 0.1 });
    await agent.close();
  });

  it("that end with the stop cost one put and one publish", async () => {
    const { agent, calls } = await streaming();
    await agent.startHeartbeat("a");
    calls.forget();
    void agent.beat({ progress: 0.9, currentTask: "tidying up" });
    expect(await agent.stopHeartbeat("completed")).toBe("recorded");
    expect(calls.puts.map(brief)).toEqual(["completed 1"]);
    expect(calls.publishes.map((events) => events.map(brief))).toEqual([["running 0.9", "completed 1"]]);
    await agent.close();
  });

  it("that are a whole life cost two puts and one publish, and fence an older start all the same", async () => {
    const { agent, calls, coordinator } = await streaming();
    const older = await coordinator();
    await older.startHeartbeat("a");
    const outcomes = [
      agent.startHeartbeat("a"),
      agent.beat({ progress: 0.5 }),
      agent.stopHeartbeat("failed"),
    ];
    expect(await Promise.all(outcomes)).toEqual(["recorded", "recorded", "recorded"]);
    expect(calls.puts.map(brief)).toEqual(["running 0.5", "failed 0.5"]);
    expect(calls.publishes.map((events) => events.map(brief))).toEqual([
      ["starting 0", "running 0.5", "failed 0.5"],
    ]);
    expect(await older.beat()).toBe("fenced");
    expect(await agent.getAgentStatus("a")).toMatchObject({ status: "failed", progress: 0.5 });
    await agent.close();
  });

  it("that are cut off by closing are published as far as they were recorded", async () => {
    const { agent, calls, published } = await streaming();
    const release = calls.hold();
    const outcomes = [agent.startHeartbeat("a"), agent.beat({ progress: 0.5 }), agent.stopHeartbeat()];
    await new Promise(setImmediate);
    await agent.close();
    release();
    expect(await Promise.all(outcomes)).toEqual(Array(3).fill("unavailable"));
    expect(calls.puts.map(brief)).toEqual(["running 0.5"]);
    const events = await published();
    expect(events.map(brief)).toEqual(["starting 0", "running 0.5"]);
    expect(events.map(({ incarnation }) => incarnation)).toEqual([expect.any(Number), expect.any(Number)]);
  });

  it("are all published, however many they are", async () => {
    const { agent, calls, published } = await streaming();
    await agent.startHeartbeat("a");
    calls.forget();
    const beats = Array.from({ length: 1000 }, (_, n) => agent.beat({ progress: (n + 1) / 1000 }));
    expect(new Set(await Promise.all(beats))).toEqual(new Set(["recorded"]));
    expect([calls.puts.length, calls.publishes.length]).toEqual([1, 1]);
    expect((await published()).map(({ progress }) => progress)).toEqual(
      Array.from({ length: 1001 }, (_, n) => n / 1000),
    );
    await agent.close();
  });

  it("are not published without enableStreaming", async () => {
    const { agent, calls } = await streaming({ enableStreaming: false });
    void agent.startHeartbeat("a");
    void agent.beat({ progress: 0.1 });
    expect(await agent.stopHeartbeat()).toBe("recorded");
    expect(calls.puts).toHaveLength(2);
    expect(calls.publishes).toEqual([]);
  });
});

describe("beats made during a write", () => {
  it("cost one put together, and each is published once, in order", async () => {
    const { agent, calls, clock } = await streaming();
    await agent.startHeartbeat("a");
    calls.forget();
    const release = calls.hold();
    const beats = [agent.beat({ progress: 0.1 })];
    for (const progress of [0.2, 0.3, 0.4]) {
      await clock.advance(100);
      beats.push(agent.beat({ progress }));
    }
    await clock.advance(100);
    release();
    expect(await Promise.all(beats)).toEqual(Array(4).fill("recorded"));
    expect(calls.puts.map(brief)).toEqual(["running 0.1", "running 0.4"]);
    expect(calls.publishes.map((events) => events.map(brief))).toEqual([
      ["running 0.1"],
      ["running 0.2", "running 0.3", "running 0.4"],
    ]);
    // Each as of when it was made; the record as of when it was written.
    expect(calls.publishes[1]!.map(({ last_beat }) => since2026(last_beat))).toEqual([100, 200, 300]);
    expect(calls.publishes[1]!.map(({ last_progress }) => since2026(last_progress))).toEqual([100, 200, 300]);
    expect(since2026(calls.puts[1]!.last_beat)).toBe(400);
    await clock.advance(10_000);
    expect(calls.publishes.slice(2).map((events) => events.map(brief))).toEqual([["running 0.4"]]);
    expect(since2026(calls.publishes[2]![0]!.last_beat)).toBe(10_400);
    await agent.close();
  });

  it("are not published when that put was fenced", async () => {
    const { agent, calls, coordinator, published } = await streaming();
    await agent.startHeartbeat("a");
    const release = calls.hold();
    const beats = [agent.beat({ progress: 0.1 }), agent.beat({ progress: 0.2 })];
    const newer = await coordinator();
    await newer.startHeartbeat("a");
    release();
    expect(await Promise.all(beats)).toEqual(["fenced", "fenced"]);
    expect((await published()).map(brief)).toEqual(["starting 0"]);
  });
});

describe("beats made while the store is away", () => {
  it("are published once it is back, in order and once, as of when they were made", async () => {
    const { agent, clock, store, published } = await streaming();
    await agent.startHeartbeat("a");
    const back = store.simulateOutage();
    for (const progress of [0.1, 0.2, 0.3]) {
      await clock.advance(1000);
      expect(await Promise.all([agent.beat({ progress }), agent.beat()])).toEqual([
        "unavailable",
        "unavailable",
      ]);
    }
    await clock.advance(30_000);
    back();
    await clock.advance(0);
    const events = (await published()).slice(1);
    expect(events.map(({ progress, last_beat }) => [progress, since2026(last_beat)])).toEqual([
      [0.1, 1000],
      [0.1, 1000],
      [0.2, 2000],
      [0.2, 2000],
      [0.3, 3000],
      [0.3, 3000],
    ]);
    await agent.close();
  });

  it("include the start and the stop", async () => {
    const { agent, clock, store, published } = await streaming();
    const back = store.simulateOutage();
    expect(await agent.startHeartbeat("a")).toBe("unavailable");
    expect(await agent.beat({ progress: 0.4 })).toBe("unavailable");
    back();
    await clock.advance(0);
    expect((await published()).map(brief)).toEqual(["starting 0", "running 0.4"]);
    const backAgain = store.simulateOutage();
    await agent.beat({ progress: 0.5 });
    await agent.stopHeartbeat("failed");
    backAgain();
    await clock.advance(0);
    const events = (await published()).slice(2);
    expect(events.map(brief)).toEqual(["running 0.5", "failed 0.5"]);
    const { incarnation } = (await agent.getAgentStatus("a"))!;
    expect((await published()).map((event) => event.incarnation)).toEqual(Array(4).fill(incarnation));
    await agent.close();
  });

  it("do not pile up: the newest hundred are published", async () => {
    const { agent, clock, store, published } = await streaming();
    await agent.startHeartbeat("a");
    const back = store.simulateOutage();
    for (let n = 1; n <= 250; n++) await agent.beat({ progress: n / 250 });
    back();
    await clock.advance(0);
    expect((await published()).slice(1).map(({ progress }) => progress)).toEqual(
      Array.from({ length: 100 }, (_, n) => (n + 151) / 250),
    );
    await agent.close();
  });

  it("a start and a stop of one turn take nobody's place then", async () => {
    const { agent, clock, store, coordinator } = await streaming();
    const other = await coordinator();
    await other.startHeartbeat("a");
    const back = store.simulateOutage();
    expect(await Promise.all([agent.startHeartbeat("a"), agent.stopHeartbeat()])).toEqual([
      "unavailable",
      "unavailable",
    ]);
    back();
    await clock.advance(20_000);
    expect([agent.fenced, other.fenced]).toEqual([false, false]);
    expect(await other.getAgentStatus("a")).toMatchObject({ status: "starting", liveness: "alive" });
  });

  it("an end after a start that was not recorded takes nobody's place either, however soon it is back", async () => {
    const { agent, calls, store, coordinator } = await streaming();
    const other = await coordinator();
    await other.startHeartbeat("a");
    const release = calls.hold();
    const outcomes = [agent.startHeartbeat("a")];
    await new Promise(setImmediate);
    outcomes.push(agent.beat(), agent.stopHeartbeat());
    const back = store.simulateOutage();
    calls.beforePut = () => back();
    release();
    expect(await Promise.all(outcomes)).toEqual(Array(3).fill("unavailable"));
    expect(calls.puts.map(brief)).toEqual(["starting 0", "completed 1"]);
    expect(await other.beat()).toBe("recorded");
  });

  it("when it goes away between the two puts of a start: the start is recorded, what came later is not yet", async () => {
    const { agent, calls, clock, store, published } = await streaming();
    let back = () => {};
    calls.beforePut = (count) => {
      if (count === 2) back = store.simulateOutage();
    };
    const release = calls.hold();
    const starting = agent.startHeartbeat("a");
    await new Promise(setImmediate);
    const beating = agent.beat({ progress: 0.3 });
    release();
    expect(await Promise.all([starting, beating])).toEqual(["recorded", "unavailable"]);
    expect(await published()).toEqual([]);
    back();
    await clock.advance(0);
    expect((await published()).map(brief)).toEqual(["starting 0", "running 0.3"]);
    await agent.close();
  });
});
