/** Keys that do something wherever the page has the focus, but not while somebody types. */
import { useEffect, useRef } from "react";

/** By `event.key`: "j", "/", "Enter", "Escape". An action that returns `false` leaves the key to others. */
// biome-ignore lint/suspicious/noConfusingVoidType: actions that return nothing are the common ones
export type Shortcut = (event: KeyboardEvent) => void | false;
export type Shortcuts = Readonly<Record<string, Shortcut>> | ReadonlyMap<string, Shortcut>;

export interface ShortcutsOptions {
  /** Before those of others: for keys that mean something else behind another key (`g`, then `a`). Default false. */
  readonly first?: boolean;
}

export function useShortcuts(shortcuts: Shortcuts, { first = false }: ShortcutsOptions = {}): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
      if (isPressing(event)) return;
      const action = actionOf(latest.current, event.key);
      if (action && action(event) !== false) event.preventDefault();
    };
    window.addEventListener("keydown", onKey, first);
    return () => window.removeEventListener("keydown", onKey, first);
  }, [first]);
}

function actionOf(shortcuts: Shortcuts, key: string): Shortcut | undefined {
  if (shortcuts instanceof Map) return shortcuts.get(key);
  return Object.hasOwn(shortcuts, key) ? (shortcuts as Readonly<Record<string, Shortcut>>)[key] : undefined;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName)) return true;
  return target instanceof HTMLInputElement && !/^(checkbox|radio|button)$/.test(target.type);
}

/** Enter and space belong to the button or link that has the focus; so do the arrows of a slider. */
function isPressing({ key, target }: KeyboardEvent): boolean {
  if (key !== "Enter" && key !== " ") return false;
  return target instanceof Element && target.closest("button, a[href], summary, input") !== null;
}
