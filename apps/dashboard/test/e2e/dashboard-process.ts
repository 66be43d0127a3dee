/** The dashboard in a process of its own, as a person starts it: killed and started again on the same port. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "@attune-tools/redis-server";

const bin = join(import.meta.dirname, "../../src/bin.ts");

export interface DashboardProcess extends AsyncDisposable {
  /** http://127.0.0.1:port */
  readonly url: string;
  readonly token: string;
  /** With the token. */
  readonly link: string;
  /** Of the present process. */
  readonly pid: number;
  /** SIGKILL; waits until it is gone. */
  kill(): Promise<void>;
  /** After `kill()`: on the same port, with the same token. */
  start(): Promise<void>;
  /** Asks a route with the token. */
  get<T>(path: string): Promise<T>;
}

/** `args`: "--read-only", … */
export async function startDashboardProcess(
  storeUrl: string,
  args: readonly string[] = [],
): Promise<DashboardProcess> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const token = "a-token-that-stays-the-same";
  let child: ChildProcess;
  const start = async () => {
    child = spawn(
      process.execPath,
      [
        "--conditions=@attune/source",
        "--disable-warning=ExperimentalWarning",
        bin,
        ...["--url", storeUrl, "--port", String(port), ...args],
      ],
      { env: { ...process.env, ATTUNE_DASHBOARD_TOKEN: token }, stdio: ["ignore", "pipe", "inherit"] },
    );
    const lines = createInterface({ input: child.stdout! });
    const [line] = (await Promise.race([
      once(lines, "line"),
      once(child, "exit").then(([code]) => Promise.reject(new Error(`the dashboard ended with ${code}`))),
    ])) as [string];
    if (line !== `${url}/?token=${token}`) throw new Error(`the dashboard printed ${line}`);
  };
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  };
  await start();
  return {
    url,
    token,
    link: `${url}/?token=${token}`,
    get pid() {
      return child.pid!;
    },
    kill,
    start,
    async get<T>(path: string) {
      const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } });
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as T;
    },
    [Symbol.asyncDispose]: kill,
  };
}
