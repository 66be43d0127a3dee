/** How good an answer is, measured: the module is loaded, and what it really exports is compared with what was found. */
import { pathToFileURL } from "node:url";

/** Asks the engine itself, which parses and runs the module; it knows nothing of the finders. */
export async function realExports(file: string): Promise<readonly string[]> {
  const module: object = await import(pathToFileURL(file).href);
  return Object.keys(module);
}

/**
 * The harmonic mean of the part of the found ones that is right and the part of the real ones that was found (F1): 1 if all were
 * found and nothing else, 0 if nothing that is found is right.
 */
export function agreement(found: readonly string[], real: readonly string[]): number {
  if (found.length + real.length === 0) return 1;
  const right = found.filter((name) => real.includes(name)).length;
  return (2 * right) / (found.length + real.length);
}
