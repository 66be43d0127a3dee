/** The work that the workers share: counting what is in a file, and the events that say how far they are. */
import { readFile } from "node:fs/promises";
import { defineEvent } from "@attune/streams";
import { z } from "zod";

const job = z.object({ file: z.string(), path: z.string() });

const progress = z.object({
  worker: z.string(),
  file: z.string(),
  job_id: z.string(),
  delivery: z.number().int(),
  status: z.enum(["begun", "counted", "failed"]),
  lines: z.number().int().optional(),
  words: z.number().int().optional(),
  error: z.string().optional(),
});

export type CountingProgress = z.infer<typeof progress>;

export interface Count {
  readonly lines: number;
  readonly words: number;
}

/** The event types are the run's own, so that a shared store's other streams are left alone. */
export function defineCounting(run: string) {
  const suffix = run.slice(0, 8);
  return {
    job: defineEvent(`demo_count_job_${suffix}`, job),
    progress: defineEvent(`demo_counting_${suffix}`, progress),
  };
}

/** Rejects for what is no text. */
export async function countFile(path: string): Promise<Count> {
  const text = new TextDecoder("utf-8", { fatal: true }).decode(await readFile(path));
  return { lines: text.split("\n").length - 1, words: text.match(/\S+/g)?.length ?? 0 };
}
