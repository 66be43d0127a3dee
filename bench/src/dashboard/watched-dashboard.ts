/** A dashboard in its own process, and a page of it in a real browser. */
import { locateChromium, startBrowser, type WatchedPage } from "@attune-tools/browser";
import { unlessNotHere } from "@attune-tools/database-servers";
import type { Setup } from "../harness/figure.ts";
import { sweep } from "../harness/sweep.ts";
import { type DashboardProcess, type StartDashboardOptions, startDashboard } from "./dashboard-process.ts";
import { cpuSecondsBetween, cpuSecondsOf, processesIn } from "./process-usage.ts";
import { ToldPage } from "./told-page.ts";

export interface CpuShares {
  /** Percent of a core. */
  readonly server: number;
  /** Of all its processes. */
  readonly chromium: number;
}

export interface WatchedDashboard extends AsyncDisposable {
  readonly server: DashboardProcess;
  readonly page: WatchedPage;
  readonly told: ToldPage;
  /** Of the browser. */
  processes(): readonly number[];
  /** What both take while `work` is under way. */
  cpuDuring<T>(work: () => Promise<T>): Promise<T & CpuShares>;
}

/** Whether there is a browser on this machine, or can be. */
export async function hasBrowser(): Promise<boolean> {
  return typeof (await unlessNotHere(() => locateChromium())) !== "string";
}

/** The page is signed in, and connected. */
export async function watchDashboard(
  setup: Setup,
  path: string,
  options?: StartDashboardOptions,
): Promise<WatchedDashboard> {
  await using stack = new AsyncDisposableStack();
  stack.defer(() => sweep(setup));
  const server = stack.use(await startDashboard(setup, options));
  const browser = stack.use(await startBrowser());
  const page = await browser.newPage({ expected: [/favicon\.ico/] });
  const told = new ToldPage(page);
  await page.goto(server.linkTo(path));
  await page.locator(".live-live").waitFor();
  const processes = () => processesIn(browser.folder);
  const children = stack.move();
  return {
    server,
    page,
    told,
    processes,
    async cpuDuring(work) {
      const look = () => ({
        at: performance.now(),
        server: cpuSecondsOf([server.pid]),
        chromium: cpuSecondsOf(processes()),
      });
      const before = look();
      const done = await work();
      const after = look();
      const share = (of: "server" | "chromium") =>
        (cpuSecondsBetween(before[of], after[of]) * 100_000) / (after.at - before.at);
      return { ...done, server: share("server"), chromium: share("chromium") };
    },
    [Symbol.asyncDispose]: () => children.disposeAsync(),
  };
}
