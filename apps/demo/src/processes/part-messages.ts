/** What a demonstration and the process of one of its parts tell each other. */
import type { Logger } from "@attune/transport";

export type ToPart =
  | { readonly kind: "begin"; readonly part: string; readonly url: string; readonly input: unknown }
  | { readonly kind: "told"; readonly told: unknown }
  | { readonly kind: "end" };

export type FromPart =
  | { readonly kind: "ready"; readonly value: unknown }
  | { readonly kind: "log"; readonly level: keyof Logger; readonly message: string }
  | { readonly kind: "result"; readonly output: unknown }
  | { readonly kind: "failed"; readonly message: string };
