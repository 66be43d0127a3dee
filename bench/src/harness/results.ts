/** Writes a run to bench/results, twice: under its date, and as the latest. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Machine } from "./machine.ts";
import type { FigureResult } from "./run-figure.ts";

const folder = join(import.meta.dirname, "../../results");

export interface RunResult {
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly rounds: number;
  readonly machine: Machine;
  readonly figures: readonly FigureResult[];
}

/** Resolves with the path of the dated file. */
export async function writeResults(result: RunResult): Promise<string> {
  const text = `${JSON.stringify(result, null, 2)}\n`;
  // Colons are not allowed in file names everywhere.
  const path = join(folder, `${result.startedAt.slice(0, 19).replaceAll(":", "-")}Z.json`);
  await mkdir(folder, { recursive: true });
  await writeFile(path, text);
  await writeFile(join(folder, "latest.json"), text);
  return path;
}
