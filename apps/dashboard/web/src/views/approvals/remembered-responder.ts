/** Under which name this browser's user decides. */
import { remember, remembered } from "../../ui/remembered.ts";

const key = "attune.responder";

export function rememberedResponder(byDefault: string): string {
  return remembered(key) || byDefault;
}

export function rememberResponder(name: string): void {
  remember(key, name);
}
