/** The dashboard and its page in a real browser, while 5,000 agents beat each second and 2,000 events a second are published. */
import { setTimeout as sleep } from "node:timers/promises";
import { measureFrames } from "@attune-tools/browser";
import { agents, eventsPerSecond, FleetLoad, reached } from "../dashboard/fleet-load.ts";
import { watchShownEvents } from "../dashboard/shown-events.ts";
import type { ToldPage } from "../dashboard/told-page.ts";
import { hasBrowser, watchDashboard } from "../dashboard/watched-dashboard.ts";
import type { Bound, Contender, Figure, Measurement, Setup } from "../harness/figure.ts";
import { percentile } from "../harness/statistics.ts";

const measuredMs = 15_000;
/** Until everything that runs all the time has run, and is compiled. */
const settledMs = 5000;
/** After the last event: until the page was told it. */
const lastToldMs = 10_000;

const views = [
  { name: "fleet", path: "/" },
  { name: "events", path: "/events" },
  { name: "health", path: "/health" },
] as const;

function contender(name: string, label: string, measure: (setup: Setup) => Promise<Measurement>): Contender {
  return {
    name,
    label,
    async open(setup) {
      if (!(await hasBrowser())) return null;
      return { measure: () => measure(setup), async close() {} };
    },
  };
}

async function measureIdle(setup: Setup): Promise<Measurement> {
  await using watched = await watchDashboard(setup, "/");
  await sleep(settledMs);
  return { ...(await watched.cpuDuring(() => frames(watched.page))) };
}

async function measureView(setup: Setup, path: string): Promise<Measurement> {
  await using watched = await watchDashboard(setup, path);
  const { page, told } = watched;
  await using load = new FleetLoad();
  await load.start(setup);
  // Only now, so that the page has to be told each of them.
  await load.publish();
  const shown = path === "/events" ? await watchShownEvents(page) : undefined;
  await sleep(settledMs);
  await load.rates();
  const since = Date.now();
  const agentsBefore = told.agents;
  const usage = await watched.cpuDuring(() => frames(page));
  const changes = ((told.agents - agentsBefore) * 1000) / (Date.now() - since);
  const rates = await load.rates();
  const published = await load.endPublishing();
  if (published.unsure > 0) throw new Error(`${published.unsure} events may not be stored`);
  await untilTold(told, published.count);
  const latencies = shown && (await shown.latencies(published.batches, since));
  if (latencies?.length === 0) throw new Error(`${path} shows no event`);
  return {
    ...usage,
    ...(latencies ? { p50: percentile(latencies, 50), p95: percentile(latencies, 95) } : {}),
    ...told.judge(published.count),
    changes,
    load: reached(rates),
    beats: rates.beatsPerSecond,
    events: rates.eventsPerSecond,
  };
}

async function frames(
  page: Parameters<typeof measureFrames>[0],
): Promise<{ frames: number; longest: number }> {
  const { framesPerSecond, longestMs } = await measureFrames(page, measuredMs);
  return { frames: framesPerSecond, longest: longestMs };
}

async function untilTold(told: ToldPage, count: number): Promise<void> {
  const until = performance.now() + lastToldMs;
  while (told.count < count && performance.now() < until) await sleep(50);
  // What is told twice may come later.
  await sleep(500);
}

function boundsOf(of: string): Bound[] {
  return [
    { of, metric: "frames", atLeast: 30, judged: "median" },
    { of, metric: "server", below: 50, judged: "median" },
    { of, metric: "lost", atMost: 0 },
    { of, metric: "doubled", atMost: 0 },
    { of, metric: "load", atLeast: 95 },
  ];
}

const label = (name: string) => `${name[0]!.toUpperCase()}${name.slice(1)}`;

export const dashboard: Figure = {
  name: "dashboard",
  title: `the dashboard in Chromium: ${agents.toLocaleString("en")} agents beat each second, ${eventsPerSecond.toLocaleString("en")} events/s`,
  metrics: {
    frames: "frames/s",
    longest: "ms",
    server: "% of a core",
    chromium: "% of a core",
    p50: "ms",
    p95: "ms",
    lost: "events",
    doubled: "events",
    changes: "changes of agents/s",
    load: "%",
    beats: "beats/s",
    events: "events/s",
  },
  maxRounds: 3,
  warmUp: false,
  roundMs: 120_000,
  contenders: [
    contender("idle", "Fleet, nothing happens", measureIdle),
    ...views.map(({ name, path }) => contender(name, label(name), (setup) => measureView(setup, path))),
  ],
  comparisons: views.map(({ name }) => ({ of: name, over: "idle", metric: "frames" })),
  bounds: [
    ...views.flatMap(({ name }) => boundsOf(name)),
    { of: "events", metric: "p95", atMost: 250, judged: "median" },
  ],
};
