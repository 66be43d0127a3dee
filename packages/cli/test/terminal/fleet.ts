/** Starts a fleet in another process. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

export interface FleetProcess extends AsyncDisposable {
  /** Ends it; gives how often all its agents have beaten. */
  end(): Promise<number>;
}

export async function startFleet(url: string, agents: number, everyMs: number): Promise<FleetProcess> {
  const script = join(import.meta.dirname, "fleet-process.ts");
  const args = ["--conditions=@attune/source", script, url, String(agents), String(everyMs)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  let said = "";
  const ready = new Promise<void>((resolve, reject) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (said.includes("ready")) resolve();
    });
    child.once("exit", () => reject(new Error(`the fleet has ended: ${said}`)));
  });
  await ready;
  return {
    async end() {
      child.kill("SIGTERM");
      await exited;
      return Number(/rounds (\d+)/.exec(said)?.[1] ?? 0);
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
      await exited;
    },
  };
}
