/** What the command reads and writes: its process, or what a test puts in its place. */
import type { OutputStream } from "./output.ts";

export interface Surroundings {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly cwd: string;
  /** What it was called: `attune` or `empathy`. */
  readonly name: string;
}
