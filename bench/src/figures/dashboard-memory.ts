/** What the dashboard's server, its page and the browser take of memory, minute by minute, under the load of `dashboard`. */
import { setTimeout as sleep } from "node:timers/promises";
import { agents, eventsPerSecond, FleetLoad, reached } from "../dashboard/fleet-load.ts";
import { openPageHeap } from "../dashboard/page-heap.ts";
import { memoryOf, residentMemoryOf } from "../dashboard/process-usage.ts";
import { hasBrowser, watchDashboard } from "../dashboard/watched-dashboard.ts";
import type { Contender, Figure, Measurement, Setup } from "../harness/figure.ts";
import { slope } from "../harness/statistics.ts";

const minutes = 10;
/** The slope is that of the last ones. */
const judgedMinutes = 5;
const minuteMs = 60_000;
/** Server and page keep between 5,000 and 10,000 events, which they reach every 2.5 s: a look is the mean of these. */
const looksPerMinute = 5;
const betweenLooksMs = 500;

/** In each minute all of them are looked at, one after the other. */
const paths = ["/events", "/health", "/"];

const memories = ["serverRss", "serverHeap", "pageHeap", "chromium"] as const;
/** In MB. */
type Memory = Readonly<Record<(typeof memories)[number], number>>;

async function measure(setup: Setup): Promise<Measurement> {
  await using watched = await watchDashboard(setup, paths.at(-1)!, { inspect: true });
  const { server, page, told } = watched;
  await using load = new FleetLoad();
  const pageHeap = await openPageHeap(page);
  await load.start(setup);
  await load.publish();
  await load.rates();
  const look = async (): Promise<Memory> => ({
    serverHeap: megabytes(await server.heap()),
    pageHeap: megabytes(await pageHeap()),
    serverRss: megabytes(residentMemoryOf(server.pid)),
    chromium: megabytes(memoryOf(watched.processes())),
  });
  const startedAt = performance.now();
  const looks: Memory[] = [];
  for (let minute = 1; minute <= minutes; minute++) {
    for (const [index, path] of paths.entries()) {
      await page.locator(`nav a[href="${path}"]`).click();
      const until = startedAt + (minute - 1 + (index + 1) / paths.length) * minuteMs;
      await sleep(Math.max(0, until - performance.now()));
    }
    const now = await meanOf(look);
    looks.push(now);
    const text = memories.map((name) => `${name} ${now[name].toFixed(1)}`).join("   ");
    console.log(`  minute ${String(minute).padStart(2)}, MB: ${text}`);
  }
  const rates = await load.rates();
  const { count } = await load.endPublishing();
  await sleep(2000);
  return {
    ...Object.fromEntries(memories.flatMap((name) => figuresOf(name, looks))),
    ...told.judge(count),
    load: reached(rates),
  };
}

async function meanOf(look: () => Promise<Memory>): Promise<Memory> {
  const looks: Memory[] = [];
  for (let i = 0; i < looksPerMinute; i++) {
    if (i > 0) await sleep(betweenLooksMs);
    looks.push(await look());
  }
  const mean = (name: keyof Memory) => looks.reduce((sum, one) => sum + one[name], 0) / looks.length;
  return Object.fromEntries(memories.map((name) => [name, mean(name)])) as unknown as Memory;
}

/** The last look, its slope, and all looks for whoever reads the results. */
function figuresOf(name: keyof Memory, looks: readonly Memory[]): [string, number][] {
  const values = looks.map((look) => look[name]);
  const judged = values.slice(-judgedMinutes);
  const mean = judged.reduce((sum, value) => sum + value, 0) / judged.length;
  return [
    [name, values.at(-1)!],
    [`${name}Slope`, (slope(judged) * 100) / mean],
    ...values.map((value, index): [string, number] => [`${name} in minute ${index + 1}`, value]),
  ];
}

function megabytes(bytes: number): number {
  return bytes / 1e6;
}

const page: Contender = {
  name: "page",
  label: "all views in turn",
  async open(setup) {
    if (!(await hasBrowser())) return null;
    return { measure: () => measure(setup), async close() {} };
  },
};

export const dashboardMemory: Figure = {
  name: "dashboard-memory",
  title: `the dashboard over ${minutes} minutes of ${agents.toLocaleString("en")} agents and ${eventsPerSecond.toLocaleString("en")} events/s`,
  metrics: {
    ...Object.fromEntries(
      memories.flatMap((name) => [
        [name, "MB"],
        [`${name}Slope`, "% per minute"],
      ]),
    ),
    lost: "events",
    doubled: "events",
    load: "%",
  },
  maxRounds: 1,
  warmUp: false,
  roundMs: (minutes + 2) * minuteMs,
  onlyNamed: true,
  contenders: [page],
  comparisons: [],
  bounds: [
    ...memories.map((name) => ({ of: "page", metric: `${name}Slope`, below: 1 })),
    { of: "page", metric: "lost", atMost: 0 },
    { of: "page", metric: "doubled", atMost: 0 },
    { of: "page", metric: "load", atLeast: 95 },
  ],
};
