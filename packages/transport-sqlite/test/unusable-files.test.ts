/** Files that cannot hold the store: refused with an error that says what to do, and left as they are. */
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createSqliteTransport } from "@attune/transport-sqlite";
import { mountedFolder, whyNoMount } from "@attune-tools/mounted-folder";
import { describe, expect, it, vi } from "vitest";
import { folderState } from "./support/folder-state.ts";
import { overwrite, runSql } from "./support/foreign-hand.ts";
import { nobody, whyNotNobody } from "./support/nobody.ts";
import { openOnce } from "./support/open-once.ts";
import { open, toRequest } from "./support/opened.ts";
import { expectHelp, expectRefused } from "./support/refused.ts";
import { scratchFolder } from "./support/scratch-folder.ts";

// A busy machine takes its time.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const invalid = "ATTUNE_FILE_INVALID";
const noAccess = "ATTUNE_FILE_NO_ACCESS";

/** A path at which nothing lies yet. */
const newPath = () => join(scratchFolder(), "attune.db");

/** Makes a store of some hundred pages, which nobody has open. */
async function makeStore(path: string): Promise<void> {
  const transport = await createSqliteTransport({ path });
  const request = toRequest("t", "x".repeat(1000));
  await transport.streams.append(Array.from({ length: 400 }, () => request));
  await transport.close();
}

describe("what is no database", () => {
  it.each([
    ["a short text", "To do: buy milk.\n"],
    ["one character", "x"],
    ["a long text", "All work and no play makes Jack a dull boy.\n".repeat(10_000)],
    ["zeroes", "\0".repeat(8192)],
  ])("%s is left as it is", async (_, content) => {
    const path = newPath();
    writeFileSync(path, content);
    await expectRefused(path, { code: invalid, says: /is no database/ });
  });

  it("once it was moved away the store is made", async () => {
    const path = newPath();
    writeFileSync(path, "text");
    await expectRefused(path, { code: invalid, says: /move it away/ });
    rmSync(path);
    expect((await open({ path })).transport.status).toBe("available");
  });

  it("neither is a directory", async () => {
    const path = newPath();
    mkdirSync(path);
    await expectRefused(path, { code: noAccess, says: /it is a directory/ });
  });

  it.skipIf(process.platform === "win32")("nor a pipe, which nothing waits for", async () => {
    const path = newPath();
    execFileSync("mkfifo", [path]);
    await expectRefused(path, { code: noAccess, says: /not a regular file/ });
  });

  it.each(["attune.db", "one/two/attune.db"])("nor is there %s below a file", async (name) => {
    const folder = scratchFolder();
    writeFileSync(join(folder, "file"), "text");
    const path = join(folder, "file", name);
    await expectRefused(path, { code: noAccess, says: /part of its path is not a directory/, folder });
  });
});

describe("a damaged database", () => {
  it("without its header is left as it is", async () => {
    const path = newPath();
    await makeStore(path);
    overwrite(path, 0, Buffer.alloc(16, 0xa7));
    await expectRefused(path, { code: invalid, says: /is damaged.*put a backup in its place/ });
  });

  it("with nonsense for its first page is left as it is", async () => {
    const path = newPath();
    await makeStore(path);
    overwrite(path, 100, Buffer.alloc(3900, 0xa7));
    await expectRefused(path, { code: invalid, says: /is damaged.*put a backup in its place/ });
  });

  it("that was cut off, wherever, is left as it is", async () => {
    const [whole, path] = [newPath(), newPath()];
    await makeStore(whole);
    const { size } = statSync(whole);
    expect(size).toBeGreaterThan(100 * 4096);
    for (const left of [3, 16, 99, 100, 1000, 4096, 5000, 8192, size / 2, size - 4096]) {
      copyFileSync(whole, path);
      truncateSync(path, left);
      await expectRefused(path, { code: invalid, says: /is damaged/ });
    }
  });
});

describe("a database of another program", () => {
  it.each([
    ["with its own id", "PRAGMA application_id = 252006674; CREATE TABLE t (a)"],
    ["with its own id and nothing else", "PRAGMA application_id = 252006674"],
    ["with tables", "CREATE TABLE t (a); INSERT INTO t VALUES (1)"],
    ["with a view", "CREATE VIEW v AS SELECT 1"],
    ["with a version", "PRAGMA user_version = 1"],
    ["with a log", "PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1)"],
    ["with pages of another size", "PRAGMA page_size = 1024; CREATE TABLE t (a)"],
  ])("%s is left as it is", async (_, sql) => {
    const path = newPath();
    runSql(path, sql);
    await expectRefused(path, { code: invalid, says: /is a database of another program/ });
  });
});

describe("a newer schema", () => {
  it("is left to those who know it", async () => {
    const path = newPath();
    await makeStore(path);
    runSql(path, "PRAGMA user_version = 99");
    const says = /newer @attune\/transport-sqlite \(schema 99, .*Update the package/;
    await expectRefused(path, { code: "ATTUNE_FILE_NEWER", says });
  });
});

describe.skipIf(whyNotNobody !== undefined)(`without the rights (${whyNotNobody ?? "as nobody"})`, () => {
  /** As nobody, who may at least look into the folder. */
  async function expectNoAccess(path: string, folder: string): Promise<void> {
    const before = folderState(folder);
    const outcome = await openOnce({ url: `sqlite:${path}` }, nobody);
    expect(outcome).toMatchObject({ code: noAccess });
    if ("code" in outcome) expectHelp(outcome, path, /this user may not/);
    expect(folderState(folder)).toEqual(before);
  }

  it.each([
    ["a file that may only be read", 0o644, 0o755],
    ["a file that may only be read, in a folder that may be written", 0o644, 0o777],
    ["a file that may only be written", 0o622, 0o777],
    ["a file that may be neither read nor written", 0o600, 0o777],
    ["a folder that may not be written, where the log has to lie", 0o666, 0o755],
    ["a folder that may not be entered", 0o666, 0o766],
  ])("%s: neither opened nor changed", async (_, fileMode, folderMode) => {
    const folder = scratchFolder();
    const path = join(folder, "attune.db");
    await makeStore(path);
    chmodSync(path, fileMode);
    chmodSync(folder, folderMode);
    await expectNoAccess(path, folder);
  });

  it("a file that others may only read is not opened while its owner uses it, and the owner goes on", async () => {
    const folder = scratchFolder();
    chmodSync(folder, 0o755);
    const path = join(folder, "attune.db");
    await makeStore(path);
    chmodSync(path, 0o644);
    const { transport, statuses } = await open({ path });
    await transport.streams.append([toRequest("t", 1)]);
    expect(await openOnce({ url: `sqlite:${path}` }, nobody)).toMatchObject({ code: noAccess });
    expect(await transport.streams.append([toRequest("t", 2)])).toHaveLength(1);
    expect(statuses).toEqual([]);
  });

  it.each(["attune.db", "one/two/attune.db"])(
    "%s cannot be made in a folder that may not be written",
    async (name) => {
      const folder = scratchFolder();
      chmodSync(folder, 0o755);
      await expectNoAccess(join(folder, name), folder);
    },
  );
});

describe.skipIf(whyNoMount !== undefined)(`a read-only file system (${whyNoMount ?? "in memory"})`, () => {
  it("is told by its name, for a store that lies there", async () => {
    const { path: folder, remount } = mountedFolder("size=4m");
    const path = join(folder, "attune.db");
    await makeStore(path);
    remount("ro");
    await expectRefused(path, { code: noAccess, says: /read-only|this user may not/ });
  });

  it("is told by its name where the store should be made", async () => {
    const { path: folder, remount } = mountedFolder("size=4m");
    remount("ro");
    const path = join(folder, "attune.db");
    await expectRefused(path, { code: noAccess, says: /its file system is read-only/ });
    // Node itself says ENOENT of a folder that it cannot make there.
    const says = /its file system is read-only|its path leads nowhere/;
    await expectRefused(join(folder, "one", "attune.db"), { code: noAccess, says, folder });
  });
});
