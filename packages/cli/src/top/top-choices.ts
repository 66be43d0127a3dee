/** What whoever looks has chosen with the keys, and what each key does to that. */
import type { NamedKey, Press } from "../screen/press.ts";
import { type LivenessFilter, livenessFilters, type Selection, type Sort, sorts } from "./agent-order.ts";

export type Panel = "agents" | "details" | "approvals" | "help";

export interface TopChoices extends Selection {
  readonly panel: Panel;
  /** Keys are letters of the filter. */
  readonly typing: boolean;
  /** The agent that is to be aborted once somebody says yes. */
  readonly asking: string | null;
  /** By id, so that it stays the same agent wherever it goes; `null`: whichever is the first. */
  readonly agentId: string | null;
  /** How far the other panels are scrolled. */
  readonly scrolled: number;
}

export const firstChoices: TopChoices = {
  sort: "trouble first",
  reverse: false,
  filter: "",
  liveness: "all",
  panel: "agents",
  typing: false,
  asking: null,
  agentId: null,
  scrolled: 0,
};

/** What a key means beyond a change of choices. */
export type Deed = { readonly quit: true } | { readonly abort: string };

/** What is on the screen now. */
export interface Shown {
  /** In their order. */
  readonly ids: readonly string[];
  /** How many lines, of agents or of another panel, are seen at once. */
  readonly page: number;
  /** How many lines the other panel has. */
  readonly lines: number;
}

export interface Pressed {
  readonly choices: TopChoices;
  readonly deed?: Deed | undefined;
}

const longestFilter = 100;

export function pressed(choices: TopChoices, press: Press, shown: Shown): Pressed {
  if (choices.asking !== null) return answered(choices, choices.asking, press);
  if (choices.typing) return { choices: typed(choices, press, shown) };
  if ("key" in press) return { choices: moved(choices, press.key, shown) };
  // Letters that were typed quickly come together.
  let result: Pressed = { choices };
  for (const [at, letter] of letters(press.text)) {
    result = command(result.choices, letter, shown);
    if (result.choices.typing) {
      const rest = press.text.slice(at + letter.length);
      return rest === "" ? result : { choices: typed(result.choices, { text: rest }, shown) };
    }
    // What follows was not meant for an answer.
    if (result.choices.asking !== null || result.deed) return result;
  }
  return result;
}

function* letters(text: string): Generator<[at: number, letter: string]> {
  let at = 0;
  for (const letter of text) {
    yield [at, letter];
    at += letter.length;
  }
}

function answered(choices: TopChoices, agentId: string, press: Press): Pressed {
  const yes = "text" in press && press.text.toLowerCase() === "y";
  return { choices: { ...choices, asking: null }, ...(yes && { deed: { abort: agentId } }) };
}

function typed(choices: TopChoices, press: Press, shown: Shown): TopChoices {
  if ("text" in press) {
    const filter = [...(choices.filter + press.text)].slice(0, longestFilter).join("");
    return { ...choices, filter };
  }
  switch (press.key) {
    case "enter":
      return { ...choices, typing: false };
    case "escape":
      return { ...choices, typing: false, filter: "" };
    case "backspace":
      return { ...choices, filter: [...choices.filter].slice(0, -1).join("") };
    default:
      return moved(choices, press.key, shown);
  }
}

function command(choices: TopChoices, letter: string, shown: Shown): Pressed {
  const only = (changes: Partial<TopChoices>): Pressed => ({ choices: { ...choices, ...changes } });
  switch (letter) {
    case "q":
      return { choices, deed: { quit: true } };
    case "?":
    case "h":
      return only(panel(choices, "help"));
    case "p":
      return only(panel(choices, "approvals"));
    case "s":
      return only({ sort: next(sorts, choices.sort) satisfies Sort, agentId: null });
    case "r":
      return only({ reverse: !choices.reverse, agentId: null });
    case "l":
      return only({ liveness: next(livenessFilters, choices.liveness) satisfies LivenessFilter });
    case "/":
      return only({ panel: "agents", typing: true, scrolled: 0 });
    case "a":
      return choices.panel === "agents" || choices.panel === "details"
        ? only({ asking: atCursor(choices, shown) ?? null })
        : { choices };
    case "k":
      return { choices: moved(choices, "up", shown) };
    case "j":
      return { choices: moved(choices, "down", shown) };
    default:
      return { choices };
  }
}

/** The same key goes there and back. */
function panel(choices: TopChoices, wanted: Panel): Partial<TopChoices> {
  return { panel: choices.panel === wanted ? "agents" : wanted, scrolled: 0 };
}

function moved(choices: TopChoices, key: NamedKey, shown: Shown): TopChoices {
  if (key === "escape") {
    return choices.panel === "agents"
      ? { ...choices, filter: "" }
      : { ...choices, panel: "agents", scrolled: 0 };
  }
  if (key === "backspace") return choices;
  if (key === "enter") {
    const agentId = atCursor(choices, shown);
    if (choices.panel === "details") return { ...choices, panel: "agents", scrolled: 0 };
    if (choices.panel !== "agents" || agentId === undefined) return choices;
    return { ...choices, panel: "details", agentId, scrolled: 0 };
  }
  const { page, lines, ids } = shown;
  if (choices.panel !== "agents") {
    return { ...choices, scrolled: within(stepped(choices.scrolled, key, page), lines - page) };
  }
  if (key === "home") return { ...choices, agentId: null };
  const at = stepped(cursor(choices, ids), key, page);
  return { ...choices, agentId: ids[within(at, ids.length - 1)] ?? null };
}

function stepped(at: number, key: NamedKey, page: number): number {
  const steps: Partial<Record<NamedKey, number>> = {
    up: -1,
    down: 1,
    pageUp: -page,
    pageDown: page,
    home: Number.NEGATIVE_INFINITY,
    end: Number.POSITIVE_INFINITY,
  };
  return at + (steps[key] ?? 0);
}

function within(value: number, most: number): number {
  return Math.max(0, Math.min(value, most));
}

/** Which of them the cursor is on; the first where the chosen one is not among them. */
export function cursor({ agentId }: TopChoices, ids: readonly string[]): number {
  return agentId === null ? 0 : Math.max(0, ids.indexOf(agentId));
}

function atCursor(choices: TopChoices, { ids }: Shown): string | undefined {
  return choices.panel === "details" ? (choices.agentId ?? undefined) : ids[cursor(choices, ids)];
}

function next<T>(values: readonly T[], value: T): T {
  return values[(values.indexOf(value) + 1) % values.length]!;
}
