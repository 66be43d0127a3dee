/** Which programs of a document are run, and which of them at the same time. */
import type { Program } from "./read-programs.ts";

/** In the document's order; programs that run together are in one list, at the place of the first. */
export function programsToRun(programs: readonly Program[]): Program[][] {
  const runs = new Map<unknown, Program[]>();
  for (const program of programs) {
    if (program.skip !== undefined || program.fragment !== undefined) continue;
    const key = program.together ?? program;
    runs.set(key, [...(runs.get(key) ?? []), program]);
  }
  return [...runs.values()];
}

/** Whether it means something only with a real Redis: more than one process, or Redis by name. */
export function needsRedis(run: readonly Program[]): boolean {
  return (
    run.length > 1 || run.some(({ source }) => /\bfrom\s+"(@attune\/transport-redis|ioredis)"/.test(source))
  );
}
