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
    expect(read("audit", "--path", "src", "--report", "x.md", "--yes")).toMatchObject({
      options: { path: "src", report: "x.md", yes: true },
    });
    expect(read("audit", "--help")).toBe("help");
  });

  it.each([
    [["--bogus"], /Unknown option '--bogus'/],
    [["--url"], /argument missing/],
    [["--url", ""], /--url needs a value/],
    [["audit", "abort"], /one demonstration at a time/],
    [["chekpoint"], /Did you mean checkpoint\?/],
    [["xyz"], new RegExp(`There are ${demonstrations.map(({ name }) => name).join(", ")}\\.`)],
    [["follow"], /no demonstration "follow".*npm run --silent attune -- events --follow\n/],
    [["workers", "--report", "x.md"], /workers knows no --report/],
    [["workers", "--yes"], /workers knows no --yes/],
    [["--yes", "--elsewhere"], /either --yes or --elsewhere/],
    [["--yes=no"], /does not take an argument/],
    [["--report", ""], /--report needs a value/],
  ])("refuses %j with exit code 2", (args, message) => {
    expect(() => read(...args)).toThrow(
      expect.objectContaining({ exitCode: 2, message: expect.stringMatching(message) }),
    );
  });
});
