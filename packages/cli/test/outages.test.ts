/** What follows goes on over an outage of the store, and says so; what looks once ends with 3. */

import { EventStreamer } from "@attune/streams";
import { openTransport } from "@attune/transport";
import { startRedis } from "@attune-tools/redis-server";
import type {} from "@attune-tools/redis-server/vitest-global-setup";
import { expect, inject, it } from "vitest";
import { newFolder } from "./in-folder.ts";
import { runCli } from "./run-cli.ts";
import { startCli } from "./start-cli.ts";

const redisUrl = inject("redisUrl");

it.skipIf(!redisUrl)("attune events --follow goes on over an outage, and tells of it", async () => {
  const cwd = await newFolder();
  await using redis = await startRedis({ appendOnly: true });
  const env = { ATTUNE_URL: redis.url };
  const publish = async (data: string) => {
    await using transport = await openTransport(redis.url);
    expect(await new EventStreamer({ transport }).publishEvent("build", data)).not.toBe("");
  };
  await publish("earlier");
  const { child, lines, told, exit } = startCli(["events", "--follow", "--since", "1h"], cwd, env);
  expect((await told.next()).value).toContain("Store:");
  expect((await told.next()).value).toContain("Following since");
  expect((await lines.next()).value).toContain('"earlier"');
  await redis.kill();
  expect((await told.next()).value).toContain("is away; waiting for it");
  expect(await runCli(["events"], { cwd, env })).toMatchObject({ code: 3, stdout: "" });
  await redis.start();
  await publish("later");
  expect((await told.next()).value).toContain("is back");
  expect((await lines.next()).value).toContain('"later"');
  child.kill("SIGINT");
  expect(await exit).toEqual([130, null]);
});

it.skipIf(!redisUrl)("attune signals wait waits on over an outage of the store", async () => {
  const cwd = await newFolder();
  await using redis = await startRedis();
  const env = { ATTUNE_URL: redis.url };
  const wait = startCli(["signals", "wait", "go"], cwd, env);
  expect((await wait.told.next()).value).toContain("Store:");
  await redis.kill();
  expect((await wait.told.next()).value).toContain("is away; waiting for it");
  await redis.start();
  expect((await wait.told.next()).value).toContain("is back");
  const sent = await runCli(["signals", "send", "go", '"after the outage"', "--to", "shell"], { cwd, env });
  expect(sent.code).toBe(0);
  expect((await wait.lines.next()).value).toBe('"after the outage"');
  expect(await wait.exit).toEqual([0, null]);
  // It is told once, and not as if it did not wait.
  expect((await wait.told.next()).done).toBe(true);
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
