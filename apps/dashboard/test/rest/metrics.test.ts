/** `/metrics`: parsed as Prometheus parses it, with names of agents in it that were made to break it. */
import { agentError, HeartbeatCoordinator } from "@attune/heartbeat";
import { EventStreamer } from "@attune/streams";
import { openTransport, silentLogger } from "@attune/transport";
import { expect, it, onTestFinished, vi } from "vitest";
import { LiveFleet } from "../../src/live/live-fleet.ts";
import type { HealthJson } from "../../src/protocol/records.ts";
import { Metrics } from "../../src/server/metrics/metrics.ts";
import { watchResources } from "../left-behind.ts";
import { type RunningDashboard, runDashboard } from "../running-dashboard.ts";
import { eventually } from "./eventually.ts";

interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** https://prometheus.io/docs/instrumenting/exposition_formats/: throws at whatever is none of it. */
function parse(text: string): ParsedSample[] {
  expect(text.endsWith("\n")).toBe(true);
  const types = new Map<string, string>();
  const seen = new Set<string>();
  return text.split("\n").flatMap((line) => {
    if (line === "") return [];
    const comment = /^# (HELP|TYPE) ([a-zA-Z_:][\w:]*) (.+)$/.exec(line);
    if (comment) {
      if (comment[1] === "TYPE") {
        expect(comment[3]).toMatch(/^(counter|gauge|histogram|summary)$/);
        expect(types.has(comment[2]!), line).toBe(false);
        types.set(comment[2]!, comment[3]!);
      }
      return [];
    }
    const match = /^([a-zA-Z_:][\w:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (\S+)$/.exec(
      line,
    );
    if (!match) throw new Error(`no sample: ${line}`);
    const [, name, labelText = "", value] = match;
    expect(types.has(name!) || types.has(name!.replace(/_(bucket|sum|count)$/, "")), line).toBe(true);
    const labels = Object.fromEntries(
      [...labelText.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"/g)].map(([, label, escaped]) => [
        label!,
        escaped!.replace(/\\(["\\n])/g, (_, letter: string) => (letter === "n" ? "\n" : letter)),
      ]),
    );
    const key = `${name}${JSON.stringify(Object.entries(labels).sort())}`;
    expect(seen.has(key), `twice: ${line}`).toBe(false);
    seen.add(key);
    expect(Number.isFinite(Number(value)), line).toBe(true);
    return [{ name: name!, labels, value: Number(value) }];
  });
}

async function world() {
  const transport = await openTransport("memory:", { logger: silentLogger });
  onTestFinished(() => transport.close());
  const dashboard = await runDashboard({ transport, pace: 10 });
  return { transport, dashboard, streamer: new EventStreamer({ transport }) };
}

async function samples(dashboard: RunningDashboard) {
  const { status, headers, text } = await dashboard.get("/metrics");
  expect(status).toBe(200);
  expect(headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  const all = parse(text);
  const figure = (name: string, labels: Record<string, string> = {}) =>
    all.find((one) => one.name === name && JSON.stringify(one.labels) === JSON.stringify(labels))?.value;
  return { all, figure };
}

const hostile = [
  'a"} 1\nattune_agents{liveness="lost',
  "back\\slash\\n",
  "line\nfeed",
  "\r\n",
  "#",
  "ü 😀",
  "<img onerror>",
  "a,event_type:b",
];

it("counts events, errors and agents, whatever they are called", async () => {
  const { transport, dashboard, streamer } = await world();
  const agent = new HeartbeatCoordinator({ transport });
  onTestFinished(() => agent.close());
  await agent.startHeartbeat(hostile[0]!);
  for (const type of hostile) await streamer.publishEvents([1, 2].map((data) => ({ eventType: type, data })));
  await streamer.publishEvent(agentError, { agent_id: "a", error_message: "no" });
  await eventually("all is seen", async () => {
    const { figure } = await samples(dashboard);
    return figure("attune_agent_errors_total") === 1 && figure("attune_agents", { liveness: "alive" }) === 1;
  });
  const { all, figure } = await samples(dashboard);
  for (const event_type of hostile) expect(figure("attune_events_total", { event_type }), event_type).toBe(2);
  expect(figure("attune_agents", { liveness: "lost" })).toBe(0);
  expect(figure("attune_store_up")).toBe(1);
  expect(figure("attune_approvals_pending")).toBe(0);
  expect(figure("attune_dashboard_clients")).toBe(0);
  expect(figure("attune_dashboard_clients_dropped_total")).toBe(0);
  await eventually(
    "an answer is measured",
    async () => ((await samples(dashboard)).figure("attune_store_latency_seconds_count") ?? 0) > 0,
  );
  const names = new Set(all.map(({ name }) => name));
  for (const name of [
    "process_cpu_seconds_total",
    "process_resident_memory_bytes",
    "process_start_time_seconds",
    "nodejs_heap_size_used_bytes",
    "nodejs_eventloop_lag_p99_seconds",
    "nodejs_version_info",
  ])
    expect(names).toContain(name);
});

it("tells groups apart whose names were made to look alike", async () => {
  const transport = await openTransport("memory:", { logger: silentLogger });
  onTestFinished(() => transport.close());
  const fleet = new LiveFleet(transport);
  onTestFinished(() => fleet.close());
  const groups = [
    { group: "b", event_type: "a,group:x" },
    { group: "x,event_type:b", event_type: "a" },
    { group: 'g"\n', event_type: "a" },
    { group: 'g"\n', event_type: "b" },
  ].map((names, at) => ({ ...names, pending: at, lag: at === 2 ? null : at * 10, dead_letters: 5 }));
  vi.spyOn(fleet.health, "current", "get").mockReturnValue({
    groups,
    store: { bytes: null },
  } as unknown as HealthJson);
  const metrics = new Metrics(fleet);
  onTestFinished(() => metrics.close());
  const all = parse(await metrics.text());
  const labelled = (name: string) =>
    all.filter((one) => one.name === name).map(({ labels, value }) => [labels, value]);
  expect(labelled("attune_group_pending")).toEqual(
    groups.map(({ group, event_type, pending }) => [{ group, event_type }, pending]),
  );
  const known = groups.filter(({ lag }) => lag !== null);
  expect(labelled("attune_group_lag")).toEqual(
    known.map(({ group, event_type, lag }) => [{ group, event_type }, lag]),
  );
  expect(labelled("attune_dead_letters")).toEqual(
    ["b", "x,event_type:b", 'g"\n'].map((group) => [{ group }, 5]),
  );
  expect(labelled("attune_store_bytes")).toEqual([]);
});

it("tells a hundred types apart, and counts the others together; ratings are one", async () => {
  const { dashboard, streamer } = await world();
  const names = Array.from({ length: 150 }, (_, n) => `type ${n}`);
  await streamer.publishEvents(
    [...names, "feedback:x:cheap", "feedback:y:cheap"].map((eventType) => ({ eventType, data: 1 })),
  );
  const total = async () => {
    const { all } = await samples(dashboard);
    const counted = all.filter(({ name }) => name === "attune_events_total");
    return { counted, sum: counted.reduce((sum, { value }) => sum + value, 0) };
  };
  await eventually("all are counted", async () => (await total()).sum === 152);
  const { counted } = await total();
  expect(counted).toHaveLength(101);
  expect(counted.find(({ labels }) => labels.event_type === "other")?.value).toBeGreaterThanOrEqual(51);
});

it("counts nothing any more once it is closed", async () => {
  const transport = await openTransport("memory:", { logger: silentLogger });
  onTestFinished(() => transport.close());
  const fleet = new LiveFleet(transport);
  onTestFinished(() => fleet.close());
  await fleet.events.ready;
  const [closed, open] = [new Metrics(fleet), new Metrics(fleet)];
  onTestFinished(() => open.close());
  closed.close();
  await new EventStreamer({ transport }).publishEvent("a", 1);
  const sample = 'attune_events_total{event_type="a"} 1';
  await eventually("the other one counts", async () => (await open.text()).includes(sample));
  expect(await closed.text()).not.toContain(sample);
});

it("leaves nothing behind: dashboards come and go in one process, each with figures of its own", async () => {
  const resources = watchResources();
  for (let time = 0; time < 3; time++) {
    await using transport = await openTransport("memory:", { logger: silentLogger });
    const dashboard = await runDashboard({ transport });
    await new EventStreamer({ transport }).publishEvent("a", 1);
    await eventually(
      "it is counted",
      async () => (await samples(dashboard)).figure("attune_events_total", { event_type: "a" }) === 1,
    );
    await dashboard.close();
  }
  const { register } = await import("prom-client");
  expect(register.getMetricsAsArray()).toEqual([]);
  await resources.untilNoneIsLeft();
});
