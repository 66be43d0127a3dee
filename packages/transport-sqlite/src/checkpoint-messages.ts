/** What the thread that writes the log back is given, told, and answers. */

import type { OpenFile } from "./database-file.ts";

export type CheckpointRequest =
  | {
      readonly kind: "checkpoint";
      readonly file: OpenFile;
    }
  | { readonly kind: "close" };

export interface CheckpointReply {
  readonly failure: string | undefined;
  /** Pages of the log that could not be written back, since somebody reads what was before them. */
  readonly left: number;
}
