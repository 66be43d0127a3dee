/** On a node of a Cluster, which refuses what touches keys of different slots. */
import { freePort, type RedisServer, startRedis } from "@attune-tools/redis-server";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { eventually, open } from "./opened.ts";
import { useGroups, useMailboxes, useRecords } from "./use-everything.ts";

describe.skipIf(inject("redisUrl") === "")("keys in different Cluster slots", () => {
  let server: RedisServer;
  beforeAll(async () => {
    // By default the nodes' own port is this one + 10,000, which may be beyond 65,535.
    const args = ["--cluster-enabled", "yes", "--cluster-port", String(await freePort())];
    server = await startRedis({ args });
    // One node for all slots: every key is here, and still no command may touch two slots.
    await server.command("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
    await eventually(async () =>
      expect(String(await server.command("CLUSTER", "INFO"))).toContain("cluster_state:ok"),
    );
  });
  afterAll(() => server.stop());

  it("the server refuses keys of two slots in one command", async () => {
    await expect(server.command("EVAL", "return 1", "2", "a", "b")).rejects.toThrow("CROSSSLOT");
  });

  it.each(["plain", "{x}", "a}b{c", "%7B"])(
    "groups, mailboxes and records work, with the prefix %j",
    async (name) => {
      const { transport, warnings } = await open({ url: server.url, prefix: `${name}:` });
      // With braces of its own that do not pair up a prefix leaves no name that is in the slot of a stream.
      if (name !== "a}b{c") await useGroups(transport);
      await useMailboxes(transport);
      await useRecords(transport);
      expect(warnings).toEqual([]);
    },
  );
});
