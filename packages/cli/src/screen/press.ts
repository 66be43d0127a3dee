/** A key by its name ("up", "escape"), or what was typed. */
export type Press = { readonly key: NamedKey } | { readonly text: string };
export type NamedKey =
  | "up"
  | "down"
  | "pageUp"
  | "pageDown"
  | "home"
  | "end"
  | "enter"
  | "escape"
  | "backspace";
