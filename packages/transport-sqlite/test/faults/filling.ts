/** What the processes that fill the log are given, and tell. */
import type { LoopReport } from "./loop-watch.ts";

export interface FillingArgument {
  readonly url: string;
  readonly name: string;
  /** Of each entry. */
  readonly bytes: number;
}

export interface FillingReport {
  readonly appended: number;
  readonly failed: number;
  readonly loop: LoopReport;
}
