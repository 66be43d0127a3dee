/** Choosing concerns by name: only these are registered, and a name that none has is an error. */
import { describe, expect, it } from "vitest";
import { type Concern, concerns, degradedConcerns } from "../src/index.ts";
import { Suite } from "../src/suite.ts";

const open = () => Promise.reject(new Error("nothing is opened here"));

describe("a suite of some concerns", () => {
  const ran: string[] = [];
  const register = (suite: Suite, name: Concern) =>
    suite.concern(name, () => suite.test(`of ${name}`, async () => void ran.push(name)));
  const some = new Suite({ name: "x", open, concerns: ["gaps", "cursors"] });
  const all = new Suite({ name: "x", open });
  register(some, "gaps");
  register(some, "leases");
  register(all, "payloads");

  it("runs only those it names, and all where it names none", () => {
    expect(ran).toEqual(["gaps", "payloads"]);
    some.checkConcerns();
    all.checkConcerns();
  });

  it("refuses a name that no concern has", () => {
    const misspelt = ["gaps", "lease"] as readonly string[] as readonly Concern[];
    expect(() => new Suite({ name: "x", open, concerns: misspelt }).checkConcerns()).toThrow(/: lease$/);
  });
});

describe("the concerns", () => {
  it("are each listed once, those of degradation among them", () => {
    expect(new Set(concerns).size).toBe(concerns.length);
    expect(concerns).toEqual(expect.arrayContaining([...degradedConcerns]));
  });
});
