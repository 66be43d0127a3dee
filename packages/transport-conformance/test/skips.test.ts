/** Skipping tests by name: with a reason, and never by a name that no test has. */
import { describe, expect, it } from "vitest";
import { transportConformance } from "../src/index.ts";
import { Suite } from "../src/suite.ts";
import { openTiny, TinyStore } from "./tiny-transport.ts";

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

// As a transport's own test file has it: the suite of a concern is registered once vitest collects it, maybe later than this call.
const store = new TinyStore();
transportConformance({
  name: "a transport that skips a test of a concern",
  concerns: ["appending"],
  open: (options) => openTiny(store, { sharedBy: "process", blockingRead: true, exactGaps: true }, options),
  skip: { "an entry comes back with the fields it was appended with": "to see that it can be skipped" },
});
