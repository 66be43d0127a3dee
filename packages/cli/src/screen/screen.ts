/** Lines of text as Ink draws them, and the keys that it reads. Loaded by `live-screen.ts`, which says how React is to run. */
import { Box, type Key, Text, useInput, useWindowSize } from "ink";
import { createElement as h, memo, useEffect, useReducer } from "react";
import type { NamedKey, Press } from "./press.ts";
import type { Size } from "./size.ts";

export { render } from "ink";
export { createElement } from "react";

export interface ScreenProps {
  /** None is wider than the screen. */
  readonly picture: (size: Size) => readonly string[];
  /** One key, or several that came together. */
  readonly onPresses: (presses: readonly Press[]) => void;
  readonly onInterrupt: () => void;
  /** Whom to call when there is something new to draw: it puts itself in. */
  readonly redraws: Set<() => void>;
  /** Whether there are keys. */
  readonly reads: boolean;
}

const named: readonly (readonly [keyof Key, NamedKey])[] = [
  ["upArrow", "up"],
  ["downArrow", "down"],
  ["pageUp", "pageUp"],
  ["pageDown", "pageDown"],
  ["home", "home"],
  ["end", "end"],
  ["return", "enter"],
  ["escape", "escape"],
  ["backspace", "backspace"],
  ["delete", "backspace"],
];

export function Screen({ picture, onPresses, onInterrupt, redraws, reads }: ScreenProps) {
  const size = useWindowSize();
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    redraws.add(redraw);
    return () => void redraws.delete(redraw);
  }, [redraws]);
  useInput(
    (input, key) => {
      if (key.ctrl && input === "c") return onInterrupt();
      const found = named.find(([name]) => key[name]);
      if (found) return onPresses([{ key: found[1] }]);
      if (key.ctrl) return;
      // Terminals send Alt and a letter as Escape and the letter: who is quick means these.
      onPresses([...(key.meta ? [{ key: "escape" } as const] : []), ...pressesOf(input)]);
    },
    { isActive: reads },
  );
  // Each line is a child by its place, as a row of the screen is.
  return h(Box, { flexDirection: "column" }, ...picture(size).map(line));
}

/** What was typed quickly, or pasted, comes as one text. */
function pressesOf(input: string): Press[] {
  return (input.match(/\p{Cc}|\P{Cc}+/gu) ?? []).flatMap((part): Press[] => {
    if (part === "\r" || part === "\n") return [{ key: "enter" }];
    if (part === "\b" || part === "\u007f") return [{ key: "backspace" }];
    return /\p{Cc}/u.test(part) ? [] : [{ text: part }];
  });
}

/** A line without anything would have no height. */
function line(text: string) {
  return h(Line, { text: text === "" ? " " : text });
}

// A line that is the same is neither measured nor laid out again; one text for all lines would be measured as a whole.
const Line = memo(({ text }: { readonly text: string }) => h(Text, { wrap: "truncate-end" }, text));
