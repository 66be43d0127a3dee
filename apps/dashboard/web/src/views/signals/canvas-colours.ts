/** The colours of the style sheets, for canvases, which cannot read them themselves. */
import { colourCount } from "./signal-colours.ts";

const names = [
  "surface",
  "raised",
  "line",
  "text",
  "muted",
  "accent",
  "good",
  "warn",
  "bad",
  "quiet",
] as const;

export interface CanvasColours extends Readonly<Record<(typeof names)[number], string>> {
  /** By `colourOf` of a type. */
  readonly kinds: readonly string[];
}

/** As they are now, where `element` stands. */
export function readColours(element: HTMLElement): CanvasColours {
  const probe = document.createElement("span");
  element.append(probe);
  const read = (name: string) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const colours = Object.fromEntries(names.map((name) => [name, read(name)]));
  const kinds = Array.from({ length: colourCount }, (_, kind) => read(`kind-${kind}`));
  probe.remove();
  return { ...colours, kinds } as unknown as CanvasColours;
}

/** Calls the listener when the page becomes light or dark. The result ends it. */
export function onColoursChanged(listener: () => void): () => void {
  const media = window.matchMedia("(prefers-color-scheme: dark)");
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  media.addEventListener("change", listener);
  return () => {
    observer.disconnect();
    media.removeEventListener("change", listener);
  };
}
