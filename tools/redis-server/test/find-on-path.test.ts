/** What counts as a server on the PATH. */
import { chmod, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findOnPath } from "../src/find-on-path.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "attune-path-"));
});
afterEach(() => rm(dir, { recursive: true }));

async function program(name: string, script: string, mode = 0o755): Promise<string> {
  const path = join(dir, name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, mode);
  return path;
}

const names = ["redis-server", "valkey-server"];

test("a device in the place of the program, as a bind mount of /dev/null makes it, is absent", async () => {
  await symlink("/dev/null", join(dir, "redis-server"));
  expect(await findOnPath(names, dir)).toEqual({ command: undefined, rejected: [] });
});

test("a file that is not executable, an empty and a relative entry of the PATH are absent", async () => {
  await program("redis-server", "echo Redis server v=7.0.15", 0o644);
  expect(await findOnPath(names, `:.:${dir}:/no/such`)).toEqual({ command: undefined, rejected: [] });
});

test("a program that fails or is something else is rejected with the reason, and the search goes on", async () => {
  await program("redis-server", "echo broken libfoo >&2; exit 127");
  const valkey = await program("valkey-server", "echo 'Valkey server v=8.0.1 sha=00000000'");
  const { command, rejected } = await findOnPath(names, dir);
  expect(command).toBe(valkey);
  expect(rejected.map(String).join()).toMatch(/broken libfoo/);
  await program("valkey-server", "echo hello");
  expect((await findOnPath(names, dir)).rejected[1]?.message).toMatch(
    /does not answer like Redis or Valkey: hello/,
  );
});
