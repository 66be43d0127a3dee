/** Opening a file: where it lies, whom it lets in, and the forms of its URL. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { AttuneError, openTransport } from "@attune/transport";
import { createSqliteTransport } from "@attune/transport-sqlite";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { openOnce } from "./support/open-once.ts";
import { open, toRequest, valuesIn } from "./support/opened.ts";
import { scratchFolder } from "./support/scratch-folder.ts";

// A busy machine takes its time.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

/** Opens by URL until the test ends. */
async function openUrl(url: string) {
  const transport = await openTransport(url);
  onTestFinished(() => transport.close());
  return transport;
}

async function refusal(opening: Promise<unknown>): Promise<AttuneError> {
  const outcome = await opening.catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(AttuneError);
  return outcome as AttuneError;
}

describe("rights", () => {
  it.each([0o000, 0o022, 0o077])(
    "the file and the folders that are made for it are this user's alone, with umask %o too",
    async (umask) => {
      const folder = scratchFolder();
      const path = join(folder, "one", "two", "attune.db");
      const opened = await openOnce({ url: `sqlite:${path}`, umask });
      expect(opened).toMatchObject({
        status: "available",
        modes: { ".": "700", "attune.db": "600", "attune.db-wal": "600", "attune.db-shm": "600" },
      });
      expect(modeOf(join(folder, "one"))).toBe("700");
    },
  );

  it("those of a folder and a file that are there already stay as they are", async () => {
    const folder = join(scratchFolder(), "shared");
    mkdirSync(folder);
    chmodSync(folder, 0o755);
    const path = join(folder, "attune.db");
    await (await createSqliteTransport({ path })).close();
    chmodSync(path, 0o640);
    const opened = await openOnce({ url: `sqlite:${path}`, umask: 0 });
    // SQLite gives its own files the rights of the file that they belong to.
    const modes = { ".": "755", "attune.db": "640", "attune.db-wal": "640", "attune.db-shm": "640" };
    expect(opened).toMatchObject({ status: "available", modes });
    expect(modeOf(path)).toBe("640");
  });

  it("an empty file that somebody made for it is used, with the rights that it has", async () => {
    const path = join(scratchFolder(), "attune.db");
    writeFileSync(path, "");
    chmodSync(path, 0o660);
    const { transport } = await open({ path });
    expect(transport.status).toBe("available");
    await transport.streams.append([toRequest("t", 1)]);
    expect(modeOf(path)).toBe("660");
  });
});

describe("paths", () => {
  it("a relative one is relative to the working directory", async () => {
    const cwd = scratchFolder();
    const opened = await openOnce({ url: "sqlite:some/where/attune.db" }, { cwd });
    expect(opened).toMatchObject({
      status: "available",
      location: `sqlite:${join(realpathSync(cwd), "some/where/attune.db")}`,
    });
    expect(statSync(join(cwd, "some/where/attune.db")).isFile()).toBe(true);
  });

  it("one that was relative stays the same file when the working directory changes", async () => {
    const [cwd, elsewhere] = [scratchFolder(), scratchFolder()];
    const workingDirectory = vi.spyOn(process, "cwd").mockReturnValue(cwd);
    onTestFinished(() => workingDirectory.mockRestore());
    const { transport } = await open({ path: "attune.db" });
    workingDirectory.mockReturnValue(elsewhere);
    await transport.streams.append([toRequest("t", 1)]);
    expect(await valuesIn(transport, "t")).toEqual([1]);
    expect(transport.location).toBe(`sqlite:${join(cwd, "attune.db")}`);
    expect(existsSync(join(cwd, "attune.db"))).toBe(true);
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  it.each([
    "with space.db",
    "what?.db",
    "what#.db",
    "100%25.db",
    "file:x.db",
    "ünïcödé-🐚.db",
    "quote'\"`;--.db",
    "new\nline.db",
    ":memory:",
    "x".repeat(200),
  ])("a file may be called %j", async (name) => {
    const folder = scratchFolder();
    const path = join(folder, name);
    const { transport } = await open({ path });
    await transport.streams.append([toRequest("t", 1)]);
    expect(transport.status).toBe("available");
    await transport.close();
    expect(readdirSync(folder)).toEqual([name]);
    const { transport: again } = await open({ path });
    expect(await valuesIn(again, "t")).toEqual([1]);
  });

  it.each([
    ["the working directory", "", "ATTUNE_FILE_NO_ACCESS"],
    ["a name that is too long", `/${"x".repeat(300)}`, "ATTUNE_FILE_NO_ACCESS"],
    ["a path that is far too long", `/${"x".repeat(5000)}`, "ATTUNE_ARGUMENT_INVALID"],
    ["a path with a NUL", "a\0b", "ATTUNE_ARGUMENT_INVALID"],
    ["a number", 7, "ATTUNE_ARGUMENT_INVALID"],
    ["nothing", undefined, "ATTUNE_ARGUMENT_INVALID"],
  ])("%s is none", async (_, path, code) => {
    expect((await refusal(createSqliteTransport({ path: path as string }))).code).toBe(code);
  });
});

describe("URLs", () => {
  it.each(["sqlite:", "SQLITE:", "sqlite://"])("%s and an absolute path name a file", async (start) => {
    const path = join(scratchFolder(), "attune.db");
    const transport = await openUrl(`${start}${path}`);
    expect(transport).toMatchObject({ name: "sqlite", status: "available", location: `sqlite:${path}` });
    expect(existsSync(path)).toBe(true);
  });

  it.each([
    ["", 1],
    ["?", 1],
    ["?synchronous=normal", 1],
    ["?synchronous=full", 2],
  ])("with %j at its end SQLite waits for the disk as it says: level %i", async (query, level) => {
    const prepare = vi.spyOn(DatabaseSync.prototype, "prepare");
    onTestFinished(() => prepare.mockRestore());
    await openUrl(`sqlite:${join(scratchFolder(), "attune.db")}${query}`);
    // https://www.sqlite.org/pragma.html#pragma_synchronous
    const db = prepare.mock.contexts.at(-1) as DatabaseSync;
    expect(db.prepare("PRAGMA synchronous").get()).toEqual({ synchronous: level });
  });

  it.each([
    "sqlite:",
    "sqlite://",
    "sqlite:?synchronous=full",
    "sqlite::memory:",
    "sqlite://:memory:",
    "sqlite:attune.db?synchronous=off",
    "sqlite:attune.db?synchronous=FULL",
    "sqlite:attune.db?synchronous",
    "sqlite:attune.db?mode=ro",
    "sqlite:attune.db?synchronous=full&mode=ro",
    "sqlite:attune.db?synchronous=full&synchronous=full",
  ])("%s is none, and says what one looks like", async (url) => {
    const { code, message } = await refusal(openTransport(url));
    expect(code).toBe("ATTUNE_URL_INVALID");
    expect(message).toMatch(/sqlite:PATH|\?synchronous=full/);
    expect(existsSync("attune.db")).toBe(false);
  });
});

describe.skipIf(process.platform !== "linux")("a file that this process has open already", () => {
  /** The locks on the file that this process holds, by their first bytes. */
  function locksOn(path: string): string[] {
    const inode = statSync(path).ino;
    const mine = new RegExp(`POSIX +ADVISORY +(\\w+) ${process.pid} \\w+:\\w+:${inode} (\\d+)`, "g");
    return [...readFileSync("/proc/locks", "utf8").matchAll(mine)].map(([, kind, from]) => `${kind} ${from}`);
  }

  // Whoever closes it, however opened, gives up all of this process's locks; another process would then take itself for the
  // last one, and remove the log. https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_
  it("keeps its locks when it is opened and closed again", async () => {
    const path = join(scratchFolder(), "attune.db");
    const { transport } = await open({ path });
    await transport.streams.append([toRequest("t", 1)]);
    // Others come and go: the thread that writes the log back takes some for moments.
    const locks = locksOn(path);
    expect(locks.length).toBeGreaterThan(0);
    const { transport: second } = await open({ path });
    await second.streams.append([toRequest("t", 2)]);
    expect(locksOn(path)).toEqual(expect.arrayContaining(locks));
    await second.info();
    await second.close();
    expect(locksOn(path)).toEqual(expect.arrayContaining(locks));
    await openOnce({ url: `sqlite:${path}` });
    expect(existsSync(`${path}-wal`)).toBe(true);
    expect(await valuesIn(transport, "t")).toEqual([1, 2, 1]);
  });
});

describe("openTransport without a URL", () => {
  it("opens .attune/attune.db below the working directory, and finds it again", async () => {
    const cwd = scratchFolder();
    const place = { status: "available", location: `sqlite:${join(realpathSync(cwd), ".attune/attune.db")}` };
    expect(await openOnce({}, { cwd })).toMatchObject({
      ...place,
      modes: { ".": "700", "attune.db": "600" },
    });
    const { transport } = await open({ path: join(cwd, ".attune/attune.db") });
    expect(await valuesIn(transport, "t")).toEqual([1]);
    expect(await openOnce({}, { cwd })).toMatchObject(place);
    expect(await valuesIn(transport, "t")).toEqual([1, 1]);
  });

  it("does so where ATTUNE_URL is set to nothing, and not where it names a store", async () => {
    const cwd = scratchFolder();
    await openOnce({}, { cwd, env: { ...process.env, ATTUNE_URL: "" } });
    expect(readdirSync(cwd)).toEqual([".attune"]);
    const named = await openOnce({}, { cwd, env: { ...process.env, ATTUNE_URL: "sqlite:other.db" } });
    expect(named).toMatchObject({ location: `sqlite:${join(realpathSync(cwd), "other.db")}` });
    expect(readdirSync(cwd).sort()).toEqual([".attune", "other.db"]);
  });
});
