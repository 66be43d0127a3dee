/** What every part of the picture is drawn with. */
import type { Style } from "../../session/output.ts";

export interface Paint {
  /** Colours, where they are wanted. */
  readonly style: (style: Style, text: string) => string;
  readonly utc: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly columns: number;
}
