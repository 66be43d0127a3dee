/** A list that stands still while somebody reads in it, and counts what has come above. */
import { useRef } from "react";

export interface HeldItems<T> {
  readonly items: readonly T[];
  /** How many newer ones there are than those; `null`: more than can be counted. */
  readonly newer: number | null;
}

/** `items` newest first. `reset`: whatever makes it another list (a filter). */
export function useHeldItems<T>(
  items: readonly T[],
  isHeld: boolean,
  keyOf: (item: T) => string,
  reset: unknown,
): HeldItems<T> {
  const held = useRef({ items, reset });
  if (!isHeld || held.current.reset !== reset || held.current.items.length === 0)
    held.current = { items, reset };
  return newerThan(items, held.current.items, keyOf);
}

export function newerThan<T>(
  now: readonly T[],
  held: readonly T[],
  keyOf: (item: T) => string,
): HeldItems<T> {
  if (now === held || held.length === 0) return { items: held, newer: 0 };
  const first = keyOf(held[0]!);
  const at = now.findIndex((item) => keyOf(item) === first);
  return { items: held, newer: at < 0 ? null : at };
}
