/** What is made of a machine that is not this one: another SQLite, a network's disk, little space, a long lock. */
import type { Stats } from "node:fs";
import { systemClock } from "@attune/transport";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { diagnose } from "../../src/diagnose/diagnose.ts";
import { lockFinding } from "../../src/diagnose/look-at-content.ts";
import { lookAtNode } from "../../src/diagnose/look-at-node.ts";
import { freeSpaceFinding, lookAtPlace, rights } from "../../src/diagnose/look-at-place.ts";

const told = vi.hoisted(() => ({ type: 0xef53, hangs: false }));

vi.mock("node:fs/promises", async (importOriginal) => {
  const fs = await importOriginal<typeof import("node:fs/promises")>();
  const statfs = async (path: string) => {
    if (told.hangs) await new Promise(() => {});
    return { ...(await fs.statfs(path)), type: told.type };
  };
  return { ...fs, statfs };
});

describe("SQLite's version", () => {
  it.each([
    ["3.51.3", "ok"],
    ["3.50.4", "warning"],
  ])("%s: %s", (version, outcome) => {
    expect([...lookAtNode(version)][1]).toMatchObject({ check: "SQLite version", outcome });
  });
});

it("a network file system is a problem, and names Redis", async () => {
  told.type = 0x6969;
  onTestFinished(() => {
    told.type = 0xef53;
  });
  const looking = lookAtPlace("/nowhere/attune.db").next();
  await expect(looking).rejects.toMatchObject({
    finding: {
      outcome: "problem",
      found: expect.stringMatching(/^NFS/),
      remedy: expect.stringMatching(/redis:/),
    },
  });
});

it("a disk that does not answer is said to, when the time is over", async () => {
  told.hangs = true;
  onTestFinished(() => {
    told.hangs = false;
  });
  const findings = await diagnose("sqlite:/nowhere/attune.db", {
    prefix: "",
    operationTimeoutMs: 100,
    clock: systemClock,
  });
  expect(findings.at(-1)).toMatchObject({ check: "file system", outcome: "problem" });
});

describe("free space", () => {
  it.each([
    [100, "ok"],
    [99, "warning"],
    [10, "warning"],
    [9, "problem"],
  ])("%i MiB: %s", (megabytes, outcome) => {
    expect(freeSpaceFinding(megabytes * 1024 * 1024, "/x").outcome).toBe(outcome);
  });
});

describe("a lock", () => {
  it.each([
    [0, "ok"],
    [499, "ok"],
    [500, "warning"],
  ])("that was waited for %i ms: %s", (ms, outcome) => {
    expect(lockFinding("/x", ms).outcome).toBe(outcome);
  });
});

describe("rights", () => {
  it.each([
    [0o600, 0o700, ["ok", "ok"]],
    [0o640, 0o700, ["warning", "ok"]],
    [0o600, 0o770, ["ok", "warning"]],
    [0o600, 0o1777, ["ok", "ok"]],
  ])("%o in %o", (file, folder, outcomes) => {
    const stats = (mode: number) => ({ mode }) as Stats;
    const found = [...rights("/x/y", stats(file), "/x", stats(folder))];
    expect(found.map(({ outcome }) => outcome)).toEqual(outcomes);
  });
});
