/** What is found of files that are well, damaged, missing, in use, or somebody else's. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Clock, diagnose, type Finding, systemClock } from "@attune/transport";
import { createSqliteTransport } from "@attune/transport-sqlite";
import { mountedFolder, whyNoMount } from "@attune-tools/mounted-folder";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { folderState } from "../support/folder-state.ts";
import { overwrite, runSql } from "../support/foreign-hand.ts";
import { nobody, whyNotNobody } from "../support/nobody.ts";
import { open, toRequest, valuesIn } from "../support/opened.ts";
import { runScript } from "../support/run-script.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { HeldLock } from "./held-lock.ts";
import { look, notOk } from "./looked.ts";

// A busy machine takes its time.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

/** Makes a store that nobody has open. */
async function madeStore(folder = scratchFolder()): Promise<string> {
  const path = join(folder, "attune.db");
  const transport = await createSqliteTransport({ path });
  await transport.streams.append(Array.from({ length: 400 }, () => toRequest("t", "x".repeat(1000))));
  await transport.close();
  return path;
}

/** Looks, and holds that nothing has changed in the folder. */
async function lookAndKeep(path: string, folder: string) {
  const before = folderState(folder);
  const findings = await look(path);
  expect(folderState(folder)).toEqual(before);
  return findings;
}

describe("a file", () => {
  it("that is well: everything is ok, and it stays as it is", async () => {
    const folder = scratchFolder();
    const findings = await lookAndKeep(await madeStore(folder), folder);
    expect(notOk(findings)).toEqual({});
    expect(Object.keys(findings)).toEqual([
      ...["node:sqlite", "SQLite version", "file system", "free space", "file"],
      ...["rights of the file", "rights of the folder", "log", "schema", "content", "lock", "writing"],
    ]);
  });

  it("that is in use: what is stored meanwhile and later is kept", async () => {
    const path = join(scratchFolder(), "attune.db");
    const { transport, statuses } = await open({ path });
    await transport.streams.append([toRequest("t", 1)]);
    const [findings] = await Promise.all([look(path), transport.streams.append([toRequest("t", 2)])]);
    expect(notOk(findings)).toEqual({});
    await transport.streams.append([toRequest("t", 3)]);
    expect(await valuesIn(transport, "t")).toEqual([1, 2, 3]);
    expect(statuses).toEqual([]);
  });

  it.each(["attune.db", ".attune/deep/attune.db"])("that is not there (%s): is not made", async (name) => {
    const folder = scratchFolder();
    const { file } = await lookAndKeep(join(folder, name), folder);
    expect(file).toMatchObject({ outcome: "ok", found: expect.stringContaining("first use makes it") });
    expect(readdirSync(folder)).toEqual([]);
  });

  it("that is empty: may become one", async () => {
    const folder = scratchFolder();
    const path = join(folder, "attune.db");
    writeFileSync(path, "", { mode: 0o600 });
    const findings = await lookAndKeep(path, folder);
    expect(notOk(findings)).toEqual({});
    expect(findings.schema?.found).toContain("none yet");
  });

  it.each([
    [0o644, /may read it/],
    [0o620, /may change it/],
  ])("with the rights %o: a warning, with the command", async (mode, says) => {
    const path = await madeStore();
    chmodSync(path, mode);
    const findings = await look(path);
    expect(notOk(findings)).toEqual({ "rights of the file": "warning" });
    expect(findings["rights of the file"]).toMatchObject({
      found: expect.stringMatching(says),
      remedy: expect.stringContaining(`chmod 600 ${path}`),
    });
  });

  it.each([
    [0o777, { "rights of the folder": "warning" }],
    [0o1777, {}],
    [0o755, {}],
  ])("in a folder with the rights %o", async (mode, expected) => {
    const folder = scratchFolder();
    const path = await madeStore(folder);
    chmodSync(folder, mode);
    expect(notOk(await look(path))).toEqual(expected);
  });

  it("of an older version: will be brought up to date, and is not yet", async () => {
    const folder = scratchFolder();
    const path = await madeStore(folder);
    runSql(path, "PRAGMA user_version = 1");
    const { schema } = await lookAndKeep(path, folder);
    expect(schema).toMatchObject({ outcome: "ok", found: expect.stringMatching(/^1: .*up to date/) });
  });

  it.each([
    ["of a newer version", "PRAGMA user_version = 99", "Update @attune/transport-sqlite"],
    ["of another program", "PRAGMA application_id = 7", "name another file"],
  ])("%s: a problem, and it stays as it is", async (_, sql, remedy) => {
    const folder = scratchFolder();
    const path = await madeStore(folder);
    runSql(path, sql);
    const findings = await lookAndKeep(path, folder);
    expect(notOk(findings)).toEqual({ content: "problem" });
    expect(findings.content?.remedy).toContain(remedy);
  });

  it.each<[string, (path: string) => void]>([
    ["with pages overwritten", (path) => overwrite(path, 40 * 2048, Buffer.alloc(60 * 2048, 0xa5))],
    ["with its head overwritten", (path) => overwrite(path, 0, Buffer.alloc(2048, 0xa5))],
    ["that is a text", (path) => writeFileSync(path, "hello ".repeat(1000))],
    ["cut off", (path) => truncateSync(path, 50 * 2048)],
  ])("%s: damaged", async (_, damage) => {
    const path = await madeStore();
    damage(path);
    const { content } = await look(path);
    expect(content).toMatchObject({ outcome: "problem", found: expect.stringContaining("damaged") });
    expect(content?.remedy).toMatch(/backup/i);
  });

  it("too short for a database", async () => {
    const folder = scratchFolder();
    const path = join(folder, "attune.db");
    writeFileSync(path, "short");
    expect(notOk(await lookAndKeep(path, folder))).toEqual({ file: "problem" });
  });

  it("too large to be read as a whole: said, with the command", async () => {
    const path = await madeStore();
    const db = new DatabaseSync(path);
    db.exec("CREATE TABLE large (x); INSERT INTO large VALUES (zeroblob(65 * 1024 * 1024))");
    db.close();
    const findings = await look(path);
    expect(notOk(findings)).toEqual({ content: "unknown" });
    expect(findings.content?.remedy).toContain("PRAGMA quick_check");
  });

  it("that another process has locked for long: within the time, with what to do", async () => {
    const path = await madeStore();
    const lock = await HeldLock.of(path);
    const findings = await look(path, { operationTimeoutMs: 200 });
    expect(findings.lock).toMatchObject({
      outcome: "problem",
      found: expect.stringContaining("another process"),
      remedy: expect.stringContaining(`fuser -v ${path}`),
    });
    expect(findings.writing).toBeUndefined();
    expect(findings.content?.outcome).toBe("ok");
    await lock.release();
    expect(notOk(await look(path))).toEqual({});
  });

  it("that another process lets go of meanwhile", async () => {
    const path = await madeStore();
    const lock = await HeldLock.of(path);
    const waits = Promise.withResolvers<void>();
    const clock: Clock = {
      ...systemClock,
      setTimer(callback, ms, options) {
        // The time until it tries again: all others are long.
        if (ms <= 10) waits.resolve();
        return systemClock.setTimer(callback, ms, options);
      },
    };
    const looking = look(path, { clock, operationTimeoutMs: 10_000 });
    await waits.promise;
    await lock.release();
    expect((await looking).writing?.outcome).toBe("ok");
  });
});

describe("a place", () => {
  it.each<[string, (folder: string) => string, string]>([
    ["below a file", (folder) => join(folder, "file", "attune.db"), "not a directory"],
    ["that is a folder", (folder) => folder, "is a directory"],
    ["that leads nowhere", (folder) => join(folder, "nowhere"), "leads nowhere"],
    ["that leads in a circle", (folder) => join(folder, "circle"), "in a circle"],
    ["with too long a name", (folder) => join(folder, "x".repeat(300)), "too long"],
  ])("%s", async (_, pathIn, says) => {
    const folder = scratchFolder();
    writeFileSync(join(folder, "file"), "");
    symlinkSync(join(folder, "gone"), join(folder, "nowhere"));
    symlinkSync(join(folder, "circle"), join(folder, "circle"));
    const findings = await lookAndKeep(pathIn(folder), folder);
    expect(notOk(findings)).toEqual({ file: "problem" });
    expect(findings.file?.found).toContain(says);
  });

  describe.skipIf(whyNoMount !== undefined)(`on a disk of its own (${whyNoMount ?? "in memory"})`, () => {
    it("that is read-only: neither a file that is there nor one that is not can be used", async () => {
      const { path: folder, remount } = mountedFolder("size=2m,mode=700");
      copyFileSync(await madeStore(), join(folder, "attune.db"));
      remount("ro");
      for (const name of ["attune.db", "another.db"]) {
        const { file } = await look(join(folder, name));
        expect(file).toMatchObject({ outcome: "problem", found: expect.stringContaining("read-only") });
      }
    });

    it("that is nearly full, and then full", async () => {
      const { path: folder, fill } = mountedFolder("size=4m,mode=700");
      const path = await madeStore(folder);
      const few = await look(path);
      expect(few["free space"]?.outcome).toBe("problem");
      expect(few.writing?.outcome).toBe("ok");
      // What a log needs is there while somebody has the file open: what is written goes on top of it.
      const { transport } = await open({ path });
      fill(0);
      const none = await look(path);
      expect(none.writing).toMatchObject({ outcome: "problem", found: expect.stringContaining("full") });
      await transport.close();
    });
  });

  it.skipIf(whyNotNobody !== undefined)("in which this user has no rights", async () => {
    const folder = scratchFolder();
    chmodSync(folder, 0o755);
    const path = await madeStore(folder);
    mkdirSync(join(folder, "closed"), { mode: 0o700 });
    mkdirSync(join(folder, "open"));
    chmodSync(join(folder, "open"), 0o777);
    const paths = [
      path,
      join(folder, "another.db"),
      join(folder, "closed", "attune.db"),
      await madeStore(join(folder, "open")),
    ];
    const script = new URL("./scripts/diagnose-each.ts", import.meta.url);
    const argument = { urls: paths.map((at) => `sqlite:${at}`) };
    const looks = await runScript<readonly Finding[][]>(script, argument, nobody);
    expect(looks).toHaveLength(4);
    for (const findings of looks) {
      expect(findings.find(({ check }) => check === "file")).toMatchObject({
        outcome: "problem",
        found: expect.stringContaining("this user may not open or make it"),
      });
    }
    expect(existsSync(paths[1]!)).toBe(false);
  });
});

it.each(["sqlite:", "sqlite::memory:", "sqlite:x?mode=ro"])(
  "refuses %s, which cannot be understood",
  async (url) => {
    await expect(diagnose(url)).rejects.toMatchObject({ code: "ATTUNE_URL_INVALID" });
    expect(existsSync("x")).toBe(false);
  },
);

it("says of a Node without SQLite which one has it", async () => {
  const { getBuiltinModule } = process;
  onTestFinished(() => {
    process.getBuiltinModule = getBuiltinModule;
  });
  process.getBuiltinModule = (() => undefined) as typeof getBuiltinModule;
  expect(await diagnose("sqlite:x")).toMatchObject([
    { check: "node:sqlite", outcome: "problem", remedy: expect.stringContaining("22.13") },
  ]);
});
