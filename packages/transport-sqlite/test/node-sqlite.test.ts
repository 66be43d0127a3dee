/** Node's own SQLite: a clear word where there is none, and a warning of one that can corrupt a file. */
import { join } from "node:path";
import { AttuneError } from "@attune/transport";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { hasWalResetBug, nodeSqlite } from "../src/node-sqlite.ts";
import { openOnce } from "./support/open-once.ts";
import { collectWarnings } from "./support/opened.ts";
import { scratchFolder } from "./support/scratch-folder.ts";

// A busy machine takes its time.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

describe("a Node without SQLite", () => {
  const withoutSqlite = { execArgv: ["--no-experimental-sqlite"] };

  it.each([
    ["by its URL", true],
    ["as the default", false],
  ])("is told which Node has it, and of other stores, when a file is opened %s", async (_, byUrl) => {
    const cwd = scratchFolder();
    const url = byUrl ? { url: `sqlite:${join(cwd, "attune.db")}` } : {};
    const outcome = await openOnce(url, { ...withoutSqlite, cwd });
    expect(outcome).toMatchObject({ code: "ATTUNE_NODE_TOO_OLD", details: { node: process.version } });
    for (const named of ["Node 22.13", "memory:", "redis://", process.version]) {
      expect(outcome).toMatchObject({ message: expect.stringContaining(named) });
    }
  });

  it("is told so too by one that has no such question", () => {
    const getBuiltinModule = process.getBuiltinModule;
    onTestFinished(() => {
      process.getBuiltinModule = getBuiltinModule;
    });
    // Before Node 22.3.
    Object.assign(process, { getBuiltinModule: undefined });
    expect(nodeSqlite).toThrow(AttuneError);
    expect(nodeSqlite).toThrow(/needs node:sqlite/);
  });
});

describe("hasWalResetBug", () => {
  // https://www.sqlite.org/wal.html#walresetbug
  it.each([
    ["3.7.0", true],
    ["3.44.5", true],
    ["3.44.6", false],
    ["3.45.0", true],
    ["3.47.2", true],
    ["3.50.4", true],
    ["3.50.6", true],
    ["3.50.7", false],
    ["3.51.0", true],
    ["3.51.2", true],
    ["3.51.3", false],
    ["3.51.10", false],
    ["3.52.0", false],
    ["3.100.0", false],
    ["4.0.0", false],
  ])("of SQLite %s: %s", (version, expected) => {
    expect(hasWalResetBug(version)).toBe(expected);
  });
});

describe("warnOfWalResetBug", () => {
  /** The module as a process that has just begun has it. */
  async function freshModule() {
    vi.resetModules();
    return import("../src/node-sqlite.ts");
  }

  it("warns once per process, and says which Node has a sound one", async () => {
    const { warnOfWalResetBug } = await freshModule();
    const { warnings, logger } = collectWarnings();
    warnOfWalResetBug(logger, "3.50.4");
    warnOfWalResetBug(logger, "3.50.4");
    warnOfWalResetBug(collectWarnings().logger, "3.49.1");
    expect(warnings).toHaveLength(1);
    for (const named of ["SQLite 3.50.4", process.version, "corrupt", "22.22.3", "24.15.0"]) {
      expect(warnings[0]).toContain(named);
    }
    const again = collectWarnings();
    warnOfWalResetBug(again.logger, "3.50.4");
    expect(again.warnings).toEqual([]);
    (await freshModule()).warnOfWalResetBug(again.logger, "3.50.4");
    expect(again.warnings).toHaveLength(1);
  });

  it("says nothing of a sound one, nor where there is none", async () => {
    const { warnOfWalResetBug } = await freshModule();
    const { warnings, logger } = collectWarnings();
    warnOfWalResetBug(logger, "3.51.3");
    warnOfWalResetBug(logger, undefined);
    expect(warnings).toEqual([]);
    warnOfWalResetBug(logger, "3.51.2");
    expect(warnings).toHaveLength(1);
  });
});
