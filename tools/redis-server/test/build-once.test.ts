/** A directory wanted by many at once, and locks left by the dead. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { buildOnce } from "../src/build-once.ts";

let root: string;
let dir: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "attune-once-"));
  dir = join(root, "wanted");
});
afterEach(() => rm(root, { recursive: true }));

const isGood = async () => existsSync(join(dir, "done"));

test("eight at once build once, and nothing but the directory is left", async () => {
  let builds = 0;
  const build = async (scratch: string) => {
    builds += 1;
    await writeFile(join(scratch, "done"), "");
  };
  await Promise.all(Array.from({ length: 8 }, () => buildOnce({ dir, isGood, build })));
  expect(builds).toBe(1);
  expect(await readdir(root)).toEqual(["wanted"]);
});

test("the lock of a dead process is taken over", async () => {
  const { pid } = spawnSync("true");
  await writeFile(`${dir}.lock`, String(pid));
  await buildOnce({ dir, isGood, build: (scratch) => writeFile(join(scratch, "done"), "") });
  expect(await readdir(root)).toEqual(["wanted"]);
});

test("a directory that is not good is made anew", async () => {
  const build = (name: string) => (scratch: string) => writeFile(join(scratch, name), "");
  await expect(buildOnce({ dir, isGood, build: build("half") })).rejects.toThrow(/does not work/);
  await buildOnce({ dir, isGood, build: build("done") });
  expect(await readdir(dir)).toEqual(["done"]);
});

test("a build that fails says why, and leaves neither scratch nor lock", async () => {
  const build = () => Promise.reject(new Error("no network"));
  await expect(buildOnce({ dir, isGood, build })).rejects.toThrow("no network");
  expect(await readdir(root)).toEqual([]);
});
