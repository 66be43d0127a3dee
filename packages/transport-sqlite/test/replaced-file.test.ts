/**
 * A file, its log or its folder that is removed or replaced while it is in use: noticed, told, and from then on what is
 * acknowledged is in the file that lies at the path.
 */
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Transport } from "@attune/transport";
import { manualClock } from "@attune/transport-conformance";
import { createSqliteTransport } from "@attune/transport-sqlite";
import { afterAll, describe, expect, it } from "vitest";
import { openRemoteTransport } from "./remote/open-remote-transport.ts";
import { RemoteProcess } from "./remote/remote-process.ts";
import {
  collectWarnings,
  follow,
  type Opened,
  open,
  toRequest,
  valuesIn,
  watched,
} from "./support/opened.ts";
import { scratchFolder } from "./support/scratch-folder.ts";
import { until } from "./support/until.ts";

/** The last looks at the file without sharing anything with those who use it. */
const [firstOther, secondOther, onlooker] = [new RemoteProcess(), new RemoteProcess(), new RemoteProcess()];
afterAll(() => Promise.all([firstOther, secondOther, onlooker].map((other) => other.end())));

interface Loss {
  readonly what: string;
  /** Makes what will be put in the place, before anything is in use. */
  prepare?(path: string): Promise<void>;
  happen(path: string): void;
  /** Whether what was stored before is there afterwards: all of it, none, or what was written back by then. */
  readonly keeps: "all" | "none" | "some";
  /** What the file that lies there then holds of somebody else's. */
  readonly brings?: readonly unknown[];
  /** What is told of it. */
  readonly says: RegExp;
}

const elsewhere = (path: string) => join(dirname(dirname(path)), "elsewhere.db");

const losses: readonly Loss[] = [
  {
    what: "the file is removed",
    happen: (path) => rmSync(path),
    keeps: "none",
    says: /was removed/,
  },
  {
    what: "the file is removed with its log",
    happen: (path) => removeEach(path, ["-wal", "-shm", ""]),
    keeps: "none",
    says: /was removed/,
  },
  {
    what: "the whole folder is removed",
    happen: (path) => rmSync(dirname(path), { recursive: true }),
    keeps: "none",
    says: /was removed/,
  },
  {
    what: "another file of @attune is moved over it",
    async prepare(path) {
      const other = await createSqliteTransport({ path: elsewhere(path) });
      await other.streams.append([toRequest("t", "of the other")]);
      await other.close();
    },
    happen: (path) => renameSync(elsewhere(path), path),
    keeps: "none",
    brings: ["of the other"],
    says: /was (removed or )?replaced/,
  },
  {
    what: "its log is removed",
    happen: (path) => removeEach(path, ["-wal", "-shm"]),
    keeps: "some",
    says: /log .*was removed/,
  },
];

function removeEach(path: string, endings: readonly string[]): void {
  for (const ending of endings) rmSync(`${path}${ending}`);
}

/** A file in a folder of its own, in use and written to. */
async function inUse(loss: Pick<Loss, "prepare">): Promise<Opened & { readonly path: string }> {
  const path = join(scratchFolder(), "store", "attune.db");
  await loss.prepare?.(path);
  const opened = await open({ path });
  await opened.transport.streams.append([toRequest("t", "before")]);
  return { ...opened, path };
}

/** It was away, and is back. */
async function untilReopened({ statuses, transport }: Opened): Promise<void> {
  await until(
    "it is noticed and mended",
    () => statuses.includes("unavailable") && transport.status === "available",
  );
}

/** What somebody else finds at the path, and that it is sound. */
async function valuesAt(path: string): Promise<unknown[]> {
  const { warnings, logger } = collectWarnings();
  const transport = await openRemoteTransport(onlooker, `sqlite:${path}`, { logger });
  const values = await valuesIn(transport, "t");
  await transport.close();
  expect(warnings).toEqual([]);
  return values;
}

function integrityOf(path: string): unknown {
  const db = new DatabaseSync(path);
  try {
    return db.prepare("PRAGMA integrity_check").all();
  } finally {
    db.close();
  }
}

const sound = [{ integrity_check: "ok" }];

describe.each(losses)("$what", (loss) => {
  it("is noticed within a second while nobody does anything, told once, and mended", async () => {
    const path = join(scratchFolder(), "store", "attune.db");
    await loss.prepare?.(path);
    const clock = manualClock();
    const { warnings, logger } = collectWarnings();
    const opened = watched(await createSqliteTransport({ path, clock, logger }), warnings);
    const { transport, statuses } = opened;
    await transport.streams.append([toRequest("t", "before")]);
    await clock.advance(5000);
    expect(statuses).toEqual([]);
    loss.happen(path);
    await clock.advance(1000);
    expect(statuses).toEqual(["unavailable", "available"]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(path);
    expect(warnings[0]).toMatch(loss.says);
    await clock.advance(5000);
    expect(statuses).toEqual(["unavailable", "available"]);
    expect(warnings).toHaveLength(1);

    await transport.streams.append([toRequest("t", "after")]);
    const kept = { all: [["before"]], none: [[]], some: [["before"], []] }[loss.keeps];
    const possible = kept.map((values) => [...(loss.brings ?? []), ...values, "after"]);
    expect(possible).toContainEqual(await valuesAt(path));
    await transport.close();
    expect(integrityOf(path)).toEqual(sound);
  });

  it("while it is written to: from the moment it was noticed what is acknowledged is there", async () => {
    const opened = await inUse(loss);
    const { transport, path, statuses } = opened;
    const acknowledged: number[] = [];
    const errors = new Set<unknown>();
    let noticedAt = Number.POSITIVE_INFINITY;
    let written = 0;
    let stop = false;
    const write = async () => {
      while (!stop) {
        const n = ++written;
        const noticed = statuses.includes("available");
        if (noticed) noticedAt = Math.min(noticedAt, n);
        try {
          await transport.streams.append([toRequest("t", n)]);
          acknowledged.push(n);
        } catch (error) {
          errors.add((error as { code: unknown }).code);
        }
        await nextTurn();
      }
    };
    const writers = [write(), write(), write()];
    await until("they write", () => acknowledged.length > 50);
    loss.happen(path);
    await untilReopened(opened);
    const soFar = acknowledged.length;
    await until("they write again", () => acknowledged.length > soFar + 50);
    stop = true;
    await Promise.all(writers);

    const there = new Set(await valuesAt(path));
    const mustBeThere = acknowledged.filter((n) => n >= noticedAt);
    expect(mustBeThere.length).toBeGreaterThan(45);
    expect(mustBeThere.filter((n) => !there.has(n))).toEqual([]);
    expect([...errors].filter((code) => code !== "ATTUNE_TRANSPORT_UNAVAILABLE")).toEqual([]);
    for (const value of loss.brings ?? []) expect(there).toContain(value);
    expect(
      opened.warnings.filter((warning) => warning.includes(path) && loss.says.test(warning)),
    ).toHaveLength(1);
    await transport.close();
    expect(integrityOf(path)).toEqual(sound);
  });

  it("while a follower waits: it is told what it may have missed, and goes on", async () => {
    const opened = await inUse(loss);
    const { transport, path } = opened;
    const { values, gaps } = await follow(transport, "t");
    await transport.streams.append([toRequest("t", 1)]);
    await until("it follows", () => values.includes(1));
    loss.happen(path);
    await untilReopened(opened);
    await transport.streams.append([toRequest("t", 2)]);
    await until("it goes on", () => values.includes(2));
    const there = await valuesAt(path);
    // Nothing is missing where the log had been written back by then.
    const lost = !there.includes(1);
    if (loss.keeps === "none") expect(lost).toBe(true);
    expect(gaps).toEqual(lost ? [{ eventType: "t", missed: null, reason: "reset" }] : []);
    expect(values.filter((value) => typeof value === "number")).toEqual([1, 2]);
    await transport.streams.append([toRequest("t", 3)]);
    await until("and on", () => values.includes(3));
    expect(gaps).toHaveLength(lost ? 1 : 0);
  });
});

describe("something else is in its place for a while", () => {
  const text = "To do: buy milk.\n";

  it.each([
    ["a text", (path: string) => writeFileSync(path, text), /is no database/],
    ["a folder", (path: string) => mkdirSync(path), /is a directory/],
    ["a link that leads in a circle", (path: string) => symlinkSync(path, path), /leads in a circle/],
  ])("%s: it is left alone; nothing is lost, and nobody misses anything", async (_, intrude, says) => {
    const opened = await inUse({});
    const { transport, path, warnings } = opened;
    for (let n = 0; n < 50; n++) await transport.streams.append([toRequest("t", n)]);
    const stored = await valuesIn(transport, "t");
    const { values, gaps } = await follow(transport, "t");
    const aside = `${path}.aside`;
    renameSync(path, aside);
    intrude(path);
    await until("it is noticed", () => transport.status === "unavailable");
    await until("it is found out what it is", async () => {
      const refusal = await transport.streams
        .append([toRequest("t", "never")])
        .catch((error: unknown) => error);
      expect(refusal).toMatchObject({
        code: "ATTUNE_TRANSPORT_UNAVAILABLE",
        message: expect.stringContaining(path),
      });
      return says.test(String(refusal));
    });
    if (lstatSync(path).isFile()) expect(readFileSync(path, "utf8")).toBe(text);
    rmSync(path, { recursive: true });
    renameSync(aside, path);
    await untilReopened(opened);
    await transport.streams.append([toRequest("t", "after")]);
    await until("the follower goes on", () => values.length > 0);
    expect(values).toEqual(["after"]);
    expect(gaps).toEqual([]);
    // It was only away: there is nothing to warn of.
    expect(warnings).toEqual([]);
    expect(await valuesAt(path)).toEqual([...stored, "after"]);
    await transport.close();
    expect(integrityOf(path)).toEqual(sound);
  });

  it("the file that was moved away holds everything that was acknowledged", async () => {
    const opened = await inUse({});
    const { transport, path } = opened;
    for (let n = 0; n < 50; n++) await transport.streams.append([toRequest("t", n)]);
    const stored = await valuesIn(transport, "t");
    const aside = join(dirname(dirname(path)), "aside.db");
    renameSync(path, aside);
    await untilReopened(opened);
    expect(await valuesAt(path)).toEqual([]);
    expect(await valuesAt(aside)).toEqual(stored);
  });
});

describe("several processes", { timeout: 30_000 }, () => {
  /** This one and two others on a file, each of which has written to it. */
  async function threeOn(opened: Opened, path: string): Promise<readonly Opened[]> {
    const { logger } = collectWarnings();
    const remotes = await Promise.all(
      [firstOther, secondOther].map((other) => openRemoteTransport(other, `sqlite:${path}`, { logger })),
    );
    const everybody = [opened, ...remotes.map((remote) => watched(remote, []))];
    await Promise.all(everybody.map(({ transport }, n) => write(transport, `before ${n}`)));
    return everybody;
  }

  async function write(transport: Transport, value: string): Promise<string> {
    await transport.streams.append([toRequest("t", value)]);
    return value;
  }

  async function writeByTurns(everybody: readonly Opened[]): Promise<string[]> {
    const written: string[] = [];
    for (let round = 0; round < 20; round++) {
      const values = everybody.map(({ transport }, n) => write(transport, `after ${round} ${n}`));
      written.push(...(await Promise.all(values)));
    }
    return written;
  }

  it.each(losses)(
    "$what: all go on with the same file, and lose nothing that it acknowledged",
    async (loss) => {
      const opened = await inUse(loss);
      const { path } = opened;
      const everybody = await threeOn(opened, path);
      loss.happen(path);
      await Promise.all(everybody.map(untilReopened));
      const acknowledged = await writeByTurns(everybody);
      for (const { transport } of everybody) {
        expect(await valuesIn(transport, "t")).toEqual(expect.arrayContaining(acknowledged));
      }
      expect(await valuesAt(path)).toEqual(expect.arrayContaining(acknowledged));
      await Promise.all(everybody.map(({ transport }) => transport.close()));
      expect(await valuesAt(path)).toEqual(expect.arrayContaining(acknowledged));
      expect(readdirSync(dirname(path))).toEqual(["attune.db"]);
      expect(integrityOf(path)).toEqual(sound);
    },
  );

  it("a text is in its place until all have noticed: nothing is lost", async () => {
    const opened = await inUse({});
    const { path } = opened;
    const everybody = await threeOn(opened, path);
    const acknowledged = await writeByTurns(everybody);
    renameSync(path, `${path}.aside`);
    writeFileSync(path, "text");
    await Promise.all(
      everybody.map(({ transport }) => until("all are away", () => transport.status === "unavailable")),
    );
    renameSync(`${path}.aside`, path);
    await Promise.all(everybody.map(untilReopened));
    expect(await valuesAt(path)).toEqual(expect.arrayContaining(acknowledged));
    expect(await writeByTurns(everybody)).toHaveLength(60);
    const values = await valuesAt(path);
    expect(values).toHaveLength(1 + 3 + 60 + 60);
    for (const { transport } of everybody) expect(await valuesIn(transport, "t")).toEqual(values);
    await Promise.all(everybody.map(({ transport }) => transport.close()));
    expect(integrityOf(path)).toEqual(sound);
  });
});
