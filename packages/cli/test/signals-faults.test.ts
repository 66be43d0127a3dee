import { startRedis } from "@attune-tools/redis-server";
import type {} from "@attune-tools/redis-server/vitest-global-setup";
import { expect, inject, it } from "vitest";
import { newFolder } from "./in-folder.ts";
import { runCli } from "./run-cli.ts";
import { startCli } from "./start-cli.ts";

const redisUrl = inject("redisUrl");

it.skipIf(!redisUrl)("attune signals wait waits on over an outage of the store", async () => {
  const cwd = await newFolder();
  await using redis = await startRedis();
  const env = { ATTUNE_URL: redis.url };
  const wait = startCli(["signals", "wait", "go"], cwd, env);
  expect((await wait.told.next()).value).toContain("Store:");
  await redis.kill();
  expect((await wait.told.next()).value).toContain("Going on without it");
  await redis.start();
  const sent = await runCli(["signals", "send", "go", '"after the outage"', "--to", "shell"], { cwd, env });
  expect(sent.code).toBe(0);
  expect((await wait.lines.next()).value).toBe('"after the outage"');
  expect(await wait.exit).toEqual([0, null]);
});

it.skipIf(!redisUrl)("a signal that is being taken when Ctrl-C comes is not lost", async () => {
  const cwd = await newFolder();
  await using redis = await startRedis();
  const env = { ATTUNE_URL: redis.url };
  await runCli(["signals", "send", "go", '"once"', "--to", "shell"], { cwd, env });
  await redis.command("CLIENT", "PAUSE", 60_000, "WRITE");
  const { child, lines, exit } = startCli(["signals", "wait", "go"], cwd, env);
  // The take was sent, and the server has not begun it.
  await expect
    .poll(() => redis.command("CLIENT", "LIST"), { timeout: 20_000, interval: 20 })
    .toMatch(/flags=\w*b\w* .*cmd=(evalsha|eval|fcall)/i);
  child.kill("SIGINT");
  await redis.command("CLIENT", "UNPAUSE");
  // 0 it is where the server was quicker than the process could hear of Ctrl-C.
  expect([130, 0]).toContain((await exit)[0]);
  const printed = await lines.next();
  const waiting = await runCli(["signals", "--agent", "shell", "--json"], { cwd, env });
  // Pending again it is only where all this took so long that the take was given up.
  const places = [...(printed.done ? [] : ["stdout"]), ...JSON.parse(waiting.stdout).map(() => "mailbox")];
  expect(places).toHaveLength(1);
});
