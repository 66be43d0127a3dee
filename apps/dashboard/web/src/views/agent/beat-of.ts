/** What a beat says; anybody may have published it. */
import type { EventJson } from "../../../../src/protocol/records.ts";

export interface BeatData {
  readonly status: string;
  /** 0 to 1. */
  readonly progress: number;
  readonly task: string;
}

/** `undefined`: it is no beat that could be understood. */
export function beatOf({ data }: EventJson): BeatData | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const { status, progress, current_task } = data as Readonly<Record<string, unknown>>;
  if (typeof progress !== "number" || typeof status !== "string") return undefined;
  return { status, progress, task: typeof current_task === "string" ? current_task : "" };
}
