import { describe, expect, it } from "vitest";
import { readCommandLine } from "../src/command-line.ts";
import { demonstrations } from "../src/demonstrations/all.ts";

const read = (...args: string[]) => readCommandLine(args, {});

describe("readCommandLine", () => {
  it("runs the audit on the embedded default when nothing is said", () => {
    expect(read()).toMatchObject({ demonstration: { name: "audit" }, url: "sqlite:.attune/attune.db" });
  });

  it("takes the store from --url, else from ATTUNE_URL", () => {
    const env = { ATTUNE_URL: "redis://there" };
    expect(readCommandLine([], env)).toMatchObject({ url: "redis://there" });
    expect(readCommandLine(["--url", "redis://here"], env)).toMatchObject({ url: "redis://here" });
  });

  it("reads the options of the demonstration", () => {
    expect(read("follow", "--from", "beginning", "--count", "12")).toMatchObject({
      options: { from: "beginning", count: 12 },
    });
    expect(read("--yes")).toMatchObject({ options: { yes: true } });
    expect(read("audit", "--help")).toBe("help");
  });

  it.each([
    [["--bogus"], /Unknown option '--bogus'/],
    [["--url"], /argument missing/],
    [["--url", ""], /--url needs a value/],
    [["audit", "follow"], /one demonstration at a time/],
    [["audit", "--count", "1"], /audit knows no --count/],
    [["follow", "--count", "0"], /whole number from 1/],
    [["follow", "--count", "1e3"], /whole number from 1/],
    [["follow", "--from", "yesterday"], /"now" or "beginning"/],
    [["folow"], /Did you mean follow\?/],
    [["xyz"], new RegExp(`There are ${demonstrations.map(({ name }) => name).join(", ")}\\.`)],
    [["follow", "--report", "x.md"], /follow knows no --report/],
    [["follow", "--yes"], /follow knows no --yes/],
    [["--yes=no"], /does not take an argument/],
    [["--report", ""], /--report needs a value/],
  ])("refuses %j with exit code 2", (args, message) => {
    expect(() => read(...args)).toThrow(
      expect.objectContaining({ exitCode: 2, message: expect.stringMatching(message) }),
    );
  });
});
