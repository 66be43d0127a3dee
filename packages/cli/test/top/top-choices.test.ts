import { describe, expect, it } from "vitest";
import type { NamedKey, Press } from "../../src/screen/press.ts";
import { livenessFilters, sorts } from "../../src/top/agent-order.ts";
import {
  cursor,
  type Deed,
  firstChoices,
  pressed,
  type Shown,
  type TopChoices,
} from "../../src/top/top-choices.ts";

const shown: Shown = { ids: ["a", "b", "c", "d", "e"], page: 2, lines: 10 };
const key = (name: NamedKey): Press => ({ key: name });
const text = (typed: string): Press => ({ text: typed });

/** After these presses, from the first picture. */
function after(...presses: Press[]): TopChoices & { readonly deed?: Deed | undefined } {
  let choices = firstChoices;
  let deed: Deed | undefined;
  for (const press of presses) ({ choices, deed } = pressed(choices, press, shown));
  return { ...choices, deed };
}

describe("the cursor", () => {
  it("goes by lines and pages, and never beyond the ends", () => {
    const at = (...presses: Press[]) => cursor(after(...presses), shown.ids);
    expect(at()).toBe(0);
    expect(at(key("up"))).toBe(0);
    expect(at(key("down"), key("down"))).toBe(2);
    expect(at(text("jjk"))).toBe(1);
    expect(at(key("pageDown"), key("pageDown"), key("pageDown"))).toBe(4);
    expect(at(key("end"))).toBe(4);
    expect(at(key("end"), key("pageUp"))).toBe(2);
    expect(at(key("end"), key("home"))).toBe(0);
  });

  it("stays with its agent wherever that goes, and is the first where it is gone", () => {
    const { agentId } = after(key("down"));
    expect(agentId).toBe("b");
    expect(cursor({ ...firstChoices, agentId }, ["c", "a", "b"])).toBe(2);
    expect(cursor({ ...firstChoices, agentId }, ["c", "a"])).toBe(0);
    expect(cursor({ ...firstChoices, agentId }, [])).toBe(0);
  });

  it("has nowhere to go where there are no agents", () => {
    const none = { ids: [], page: 2, lines: 0 };
    for (const name of ["down", "up", "end", "pageDown", "enter"] as const) {
      expect(pressed(firstChoices, key(name), none)).toEqual({ choices: firstChoices });
    }
    expect(pressed(firstChoices, text("a"), none).choices.asking).toBeNull();
  });
});

describe("sort and filter", () => {
  it("s and l go round through all of them, r turns the order; a new order begins at its first", () => {
    expect(after(text("s".repeat(sorts.length))).sort).toBe(firstChoices.sort);
    expect(after(key("down"), text("s"))).toMatchObject({ sort: "name", agentId: null });
    expect(after(key("down"), text("r"))).toMatchObject({ reverse: true, agentId: null });
    expect(after(text("l"))).toMatchObject({ liveness: "trouble" });
    expect(after(text("l".repeat(livenessFilters.length))).liveness).toBe("all");
  });

  it("/ types a filter, in which keys are letters, and what came with it is typed as well", () => {
    expect(after(text("/"), text("quit"))).toMatchObject({ typing: true, filter: "quit", deed: undefined });
    expect(after(text("/qa"))).toMatchObject({ typing: true, filter: "qa", asking: null, deed: undefined });
    expect(after(text("/größe🙂"), key("backspace")).filter).toBe("größe");
    expect(after(text("/x"), key("enter"), text("q"))).toMatchObject({ filter: "x", deed: { quit: true } });
    expect(after(text("/x"), key("escape"))).toMatchObject({ filter: "", typing: false });
    expect(after(text("/x"), key("enter"), key("escape")).filter).toBe("");
    expect(after(text("/x"), key("down"))).toMatchObject({ typing: true, agentId: "b" });
  });

  it("a filter has at most 100 characters", () => {
    expect([...after(text(`/${"🙂".repeat(200)}`)).filter]).toHaveLength(100);
  });
});

describe("panels", () => {
  it("the same key goes there and back, escape back to the agents", () => {
    expect(after(text("p")).panel).toBe("approvals");
    expect(after(text("pp")).panel).toBe("agents");
    expect(after(text("?")).panel).toBe("help");
    expect(after(text("ph")).panel).toBe("help");
    expect(after(text("p"), key("escape")).panel).toBe("agents");
    expect(after(key("down"), key("enter"))).toMatchObject({ panel: "details", agentId: "b" });
    expect(after(key("enter"), key("enter")).panel).toBe("agents");
  });

  it("another panel is scrolled, not the agents below it, and as far as it has lines", () => {
    expect(after(text("p"), key("down"), key("pageDown"))).toMatchObject({ scrolled: 3, agentId: null });
    expect(after(text("p"), key("end")).scrolled).toBe(shown.lines - shown.page);
    expect(after(text("p"), key("end"), key("home")).scrolled).toBe(0);
    expect(after(text("p"), key("end"), text("?")).scrolled).toBe(0);
  });
});

describe("abort", () => {
  it("asks first, and only y is a yes", () => {
    expect(after(key("down"), text("a"))).toMatchObject({ asking: "b", deed: undefined });
    expect(after(key("down"), text("a"), text("y"))).toMatchObject({ asking: null, deed: { abort: "b" } });
    expect(after(text("a"), text("Y")).deed).toEqual({ abort: "a" });
    for (const press of [text("n"), text("q"), text("yy"), text("a"), key("enter"), key("escape")]) {
      expect(after(text("a"), press)).toMatchObject({ asking: null, deed: undefined });
    }
  });

  it("what was typed in one go with the a is no answer", () => {
    expect(after(text("ay"))).toMatchObject({ asking: "a", deed: undefined });
    expect(after(text("aq"))).toMatchObject({ asking: "a", deed: undefined });
  });

  it("is of the agent whose details are seen, and of nobody elsewhere", () => {
    expect(after(key("down"), key("enter"), text("a"))).toMatchObject({ panel: "details", asking: "b" });
    for (const panel of ["p", "?"]) expect(after(text(panel), text("a")).asking).toBeNull();
  });
});

it("q quits, and keys that mean nothing change nothing", () => {
  expect(after(text("q")).deed).toEqual({ quit: true });
  for (const press of [text("x"), text("Q"), text(""), text(" "), key("backspace")]) {
    expect(pressed(firstChoices, press, shown)).toEqual({ choices: firstChoices });
  }
});
