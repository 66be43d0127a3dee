/** Under which name this browser's user decides. */

const key = "attune.responder";

export function rememberedResponder(byDefault: string): string {
  return localStorage.getItem(key) || byDefault;
}

export function rememberResponder(name: string): void {
  localStorage.setItem(key, name);
}
