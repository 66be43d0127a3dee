/** The dashboard as a person starts it: the built program, in a process of its own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Setup } from "../harness/figure.ts";
import { Inspector } from "./inspector.ts";

const dashboard = join(import.meta.dirname, "../../../apps/dashboard");
const built = join(dashboard, "dist/bin.js");
const source = [
  "--conditions=@attune/source",
  "--disable-warning=ExperimentalWarning",
  join(dashboard, "src/bin.ts"),
];

/** Where nothing was built, from source: the page has to be there in any case. */
function dashboardProgram(): readonly string[] {
  const other = process.env.ATTUNE_BENCH_DASHBOARD;
  if (other) return ["--conditions=@attune/source", other];
  if (!existsSync(join(dashboard, "dist/web/index.html"))) {
    throw new Error("the page of the dashboard is not built: npm run build:web");
  }
  return existsSync(built) ? [built] : source;
}

export interface DashboardProcess extends AsyncDisposable {
  readonly pid: number;
  /** http://127.0.0.1:port */
  readonly url: string;
  /** The link to one of its pages, with the token. */
  linkTo(path: string): string;
  /** Bytes in use on its heap, after what nobody uses was collected. Only where it was started to be inspected. */
  heap(): Promise<number>;
}

export interface StartDashboardOptions {
  readonly inspect?: boolean;
}

export async function startDashboard(
  { url: store, prefix }: Setup,
  { inspect = false }: StartDashboardOptions = {},
): Promise<DashboardProcess> {
  const child = spawn(
    process.execPath,
    [
      ...(inspect ? ["--inspect=127.0.0.1:0"] : []),
      ...dashboardProgram(),
      ...["--url", store, "--prefix", prefix, "--port", "0"],
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  const ended = once(child, "exit").then(([code, signal]) => {
    throw new Error(`the dashboard ended (${code ?? signal})\n${said.join("\n")}`);
  });
  ended.catch(() => {});
  const said: string[] = [];
  const inspected = Promise.withResolvers<string>();
  createInterface({ input: child.stderr }).on("line", (line) => {
    if (said.length < 100) said.push(line);
    const address = /^Debugger listening on (ws:\S+)/.exec(line)?.[1];
    if (address) inspected.resolve(address);
  });
  const lines = createInterface({ input: child.stdout });
  const [link] = (await Promise.race([once(lines, "line"), ended])) as [string];
  const { origin, search } = new URL(link);
  const inspector = inspect ? await Inspector.connect(await inspected.promise) : undefined;
  return {
    pid: child.pid!,
    url: origin,
    linkTo: (path) => `${origin}${path}${search}`,
    async heap() {
      await inspector!.call("HeapProfiler.collectGarbage");
      const { usedSize } = await inspector!.call<{ usedSize: number }>("Runtime.getHeapUsage");
      return usedSize;
    },
    async [Symbol.asyncDispose]() {
      inspector?.close();
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, "exit");
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), 5000);
      await gone;
      clearTimeout(timer);
    },
  };
}
