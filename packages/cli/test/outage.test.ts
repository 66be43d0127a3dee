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
