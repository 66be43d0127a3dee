/** Skipping tests by name: with a reason, and never by a name that no test has. */
import { describe, expect, it } from "vitest";
import { Suite } from "../src/suite.ts";

const open = () => Promise.reject(new Error("nothing is opened here"));

describe("a suite with skips", () => {
  const ran: string[] = [];
  const suite = new Suite({ name: "x", open, skip: { "is skipped": "because" } });
  suite.test("is run", async () => void ran.push("is run"));
  suite.test("is skipped", async () => void ran.push("is skipped"));

  it("runs all tests but those it names", () => {
    expect(ran).toEqual(["is run"]);
    suite.checkSkips();
  });

  it("refuses a skip that names no test", () => {
    const mistaken = new Suite({ name: "x", open, skip: { "was renamed": "because", constructor: "odd" } });
    expect(() => mistaken.checkSkips()).toThrow("was renamed; constructor");
  });

  it("refuses two tests of one name", () => {
    expect(() => suite.test("is run", async () => {})).toThrow('"is run"');
  });
});
