/** Programs of these tests, in processes of their own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

export interface Program {
  /** The first line that it says; rejects where it ends before. */
  readonly ready: Promise<string>;
  /** SIGKILL; waits until it is gone. */
  kill(): Promise<void>;
}

/** Killed with the test, if not before. */
export function run(script: string, ...args: readonly string[]): Program {
  const file = fileURLToPath(new URL(`scripts/${script}`, import.meta.url));
  const child = spawn(process.execPath, ["--conditions=@attune/source", file, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const ready = Promise.race([
    once(createInterface(child.stdout), "line").then(([line]) => String(line)),
    exited.then(([code]) => Promise.reject(new Error(`${script} ended with ${code} before it was ready`))),
  ]);
  ready.catch(() => {}); // looked at by whom it concerns
  const kill = async () => {
    child.kill("SIGKILL");
    await exited;
  };
  onTestFinished(kill);
  return { ready, kill };
}
