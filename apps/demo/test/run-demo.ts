/** Runs `npm run demo` as its own process, as a user would. */
import { spawn } from "node:child_process";
import { join } from "node:path";

export interface DemoResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningDemo {
  readonly result: Promise<DemoResult>;
  /** Resolves once the output holds this text. */
  printed(text: string): Promise<void>;
  interrupt(): void;
}

const main = join(import.meta.dirname, "../src/main.ts");

export function startDemo(args: readonly string[], env: Readonly<Record<string, string>> = {}): RunningDemo {
  const child = spawn(process.execPath, ["--conditions=@attune/source", main, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ATTUNE_URL: "", ...env },
    // A demonstration that does not end by itself fails its test.
    timeout: 25_000,
    killSignal: "SIGKILL",
  });
  let stdout = "";
  let stderr = "";
  const waiting = new Set<() => void>();
  const look = () => {
    for (const check of waiting) check();
  };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    look();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    look();
  });
  const result = new Promise<DemoResult>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
  const printed = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const check = () => {
        if (!stdout.includes(text) && !stderr.includes(text)) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      check();
      result.then(
        () => reject(new Error(`ended without printing ${JSON.stringify(text)}:\n${stdout}${stderr}`)),
        reject,
      );
    });
  return { result, printed, interrupt: () => child.kill("SIGINT") };
}

export function runDemo(
  args: readonly string[],
  env?: Readonly<Record<string, string>>,
): Promise<DemoResult> {
  return startDemo(args, env).result;
}

/** How many of its steps a demonstration says came out as expected, and how many not. */
export function verdictsOf(stdout: string): { readonly ok: number; readonly wrong: number } {
  return {
    ok: (stdout.match(/^ {2}ok /gm) ?? []).length,
    wrong: (stdout.match(/^ {2}WRONG /gm) ?? []).length,
  };
}
