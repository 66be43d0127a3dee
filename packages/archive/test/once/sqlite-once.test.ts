/** Effects in a SQLite file: with several processes at it, and with one that dies. Counted in the file. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { sqliteOnce } from "../../src/once/index.ts";
import { effectsProcess } from "./effects-process.ts";

const key = { group: "workers", eventType: "step", eventId: "1-0" };

function newFile(): { path: string; database: DatabaseSync } {
  const folder = mkdtempSync(join(tmpdir(), "attune-once-"));
  const path = join(folder, "effects.db");
  const database = new DatabaseSync(path);
  database.exec("CREATE TABLE effects (n INTEGER)");
  onTestFinished(() => {
    database.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { path, database };
}

function counted(database: DatabaseSync): unknown {
  return {
    ...database.prepare("SELECT count(*) AS done, count(DISTINCT n) AS different FROM effects").get(),
  };
}

it("runs an effect once, and says so the second time", async () => {
  const { database } = newFile();
  const store = sqliteOnce({ database });
  const effect = async (db: DatabaseSync) => db.exec("INSERT INTO effects VALUES (1)") ?? "result";
  expect(await store.once(key, effect)).toEqual({ done: true, result: "result" });
  expect(await store.once(key, effect)).toEqual({ done: false });
  expect(await store.once({ ...key, group: "others" }, effect)).toEqual({ done: true, result: "result" });
  expect(counted(database)).toEqual({ done: 2, different: 1 });
});

it("takes everything back when the effect throws, passes its error on, and runs it again", async () => {
  const { database } = newFile();
  const store = sqliteOnce({ database });
  const mistake = new Error("mistake");
  await expect(
    store.once(key, async (db) => {
      db.exec("INSERT INTO effects VALUES (1)");
      throw mistake;
    }),
  ).rejects.toBe(mistake);
  expect(counted(database)).toEqual({ done: 0, different: 0 });
  expect(await store.once(key, async (db) => db.exec("INSERT INTO effects VALUES (2)"))).toMatchObject({
    done: true,
  });
  expect(counted(database)).toEqual({ done: 1, different: 1 });
});

it("runs effects of one connection one after the other, also of two stores", async () => {
  const { database } = newFile();
  let running = 0;
  let most = 0;
  const effect = async () => {
    most = Math.max(most, ++running);
    await pause(2);
    running -= 1;
  };
  const stores = [sqliteOnce({ database }), sqliteOnce({ database, table: "other" })];
  await Promise.all(
    Array.from({ length: 10 }, (_, n) => stores[n % 2]!.once({ ...key, eventId: `${n}-0` }, effect)),
  );
  expect(most).toBe(1);
});

it("lets three processes do 100 effects once each", async () => {
  const { path, database } = newFile();
  const processes = await Promise.all([1, 2, 3].map(() => effectsProcess({ url: path, count: 100 })));
  expect(processes.reduce((sum, { done }) => sum + done, 0)).toBe(100);
  expect(counted(database)).toEqual({ done: 100, different: 100 });
}, 60_000);

it("does an effect once whose process was killed between effect and commit", async () => {
  const { path, database } = newFile();
  expect(await effectsProcess({ url: path, count: 10, diesAt: 5 })).toMatchObject({ signal: "SIGKILL" });
  expect(counted(database)).toEqual({ done: 5, different: 5 });
  expect(await effectsProcess({ url: path, count: 10 })).toEqual({ done: 5, signal: undefined });
  expect(counted(database)).toEqual({ done: 10, different: 10 });
}, 60_000);

it("an effect that waits for another one on its own connection is told so, instead of waiting for itself", async () => {
  const { database } = newFile();
  const store = sqliteOnce({ database });
  const nested = store.once(key, () =>
    sqliteOnce({ database }).once({ ...key, eventId: "2-0" }, async () => 1),
  );
  await expect(nested).rejects.toMatchObject({ code: "ATTUNE_ARGUMENT_INVALID" });
  // Begun in an effect, but after it: like any other.
  let later: Promise<unknown> = Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  await store.once(key, async () => {
    later = promise.then(() => store.once({ ...key, eventId: "2-0" }, async () => 2));
  });
  resolve();
  expect(await later).toEqual({ done: true, result: 2 });
});

it("a table's name may be any text but one with NUL", async () => {
  const { database } = newFile();
  const table = `a"; DROP TABLE effects; -- ' 🦆`;
  expect(await sqliteOnce({ database, table }).once(key, async () => 1)).toEqual({ done: true, result: 1 });
  expect(counted(database)).toEqual({ done: 0, different: 0 });
  expect(() => sqliteOnce({ database, table: "a\0b" })).toThrow(
    expect.objectContaining({ code: "ATTUNE_ARGUMENT_INVALID" }),
  );
});
