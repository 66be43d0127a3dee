import { type RedisServer, startRedis } from "@attune-tools/redis-server";
import { describe, expect, it, onTestFinished } from "vitest";
import { demonstrations } from "../src/demonstrations/all.ts";
import { makeLargeTree, makeTree } from "./make-tree.ts";
import { runDemo, startDemo, verdictsOf } from "./run-demo.ts";

async function redis(): Promise<RedisServer> {
  const server = await startRedis();
  onTestFinished(() => server.stop());
  return server;
}

describe.skipIf(process.env.ATTUNE_TEST_REDIS === "skip")(
  "npm run demo on Redis",
  { timeout: 90_000 },
  () => {
    it("is followed by another process, event by event", async () => {
      const { url } = await redis();
      const root = await makeTree({ "a.ts": "1\n", "b.ts": "2\n" });
      const follower = startDemo(["follow", "--url", url]);
      await follower.printed("Ctrl-C ends");
      const { exitCode, stdout } = await runDemo(["audit", "--path", root, "--url", url]);
      expect(exitCode).toBe(0);
      await follower.printed("audit_finished");
      follower.interrupt();
      const followed = await follower.result;
      expect(followed.exitCode).toBe(0);
      const published = [...stdout.matchAll(/^ {2}\w+ +(\d+) +\d+ +0 +0$/gm)].reduce(
        (sum, [, n]) => sum + Number(n),
        0,
      );
      expect(published).toBeGreaterThan(20);
      // The last event of one type can overtake those of another by a read.
      expect(followed.stdout.trimEnd().split("\n").length).toBeGreaterThan(published - 5);
      const first = await runDemo(["follow", "--url", url, "--from", "beginning", "--count", "7"]);
      expect(first.stdout.trimEnd().split("\n")).toHaveLength(7);
      expect(first.exitCode).toBe(0);
    });

    it("lets all keep their promises there too, at the same time", async () => {
      const { url } = await redis();
      const checked = { "heartbeat-streaming": 12, "signal-streaming": 7, broadcast: 4, checkpoint: 5 };
      const run = async ([name, ok]: [string, number]) => {
        const { exitCode, stdout, stderr } = await runDemo([name, "--url", url]);
        expect([stderr, stdout, exitCode]).toEqual(["", stdout, 0]);
        expect(verdictsOf(stdout)).toEqual({ ok, wrong: 0 });
      };
      await Promise.all(Object.entries(checked).map(run));
    });

    it.each([
      ["heartbeat-streaming", "running"],
      ["broadcast", "The latecomer starts"],
      ["checkpoint", "hasher-3 starts"],
    ])("%s ends, and does not say that all is well, when the server is lost", async (name, text) => {
      const server = await redis();
      const demo = startDemo([name, "--url", server.url]);
      await demo.printed(text);
      await server.kill();
      const { exitCode, stdout } = await demo.result;
      expect(stdout).not.toContain("Everything came out as expected");
      expect(exitCode).toBe(1);
    });

    it("leaves events of the standard types and the audit's, and nothing else of the demonstrations", async () => {
      const server = await redis();
      const root = await makeTree({ "a.ts": "1\n" });
      await server.command("XADD", "empathy:events:somebody_elses", "*", "event_type", "somebody_elses");
      const names = demonstrations.map(({ name }) => name).filter((name) => name !== "follow");
      const run = async (name: string) => {
        const args = name === "audit" ? ["--path", root] : [];
        const { exitCode, stdout } = await runDemo([name, "--url", server.url, ...args]);
        expect([name, exitCode, stdout]).toEqual([name, 0, stdout]);
      };
      // Two at a time: each has several processes.
      for (let i = 0; i < names.length; i += 2) await Promise.all(names.slice(i, i + 2).map(run));
      const keys = (await server.command("KEYS", "empathy:events:*")) as string[];
      expect(keys.map((key) => key.slice("empathy:events:".length)).sort()).toEqual([
        "agent_error",
        "agent_heartbeat",
        "audit_finding",
        "audit_finished",
        "audit_report",
        "audit_started",
        "coordination_signal",
        "somebody_elses",
        "workflow_progress",
      ]);
    });

    it.each(["kill", "pause"] as const)(
      "ends when the server is lost in the middle (%s), and says what was not stored",
      async (how) => {
        const server = await redis();
        const demo = startDemo(["audit", "--path", await makeLargeTree(), "--url", server.url]);
        await demo.printed("signals all: start");
        await server[how]();
        onTestFinished(() => (how === "pause" ? server.resume() : undefined));
        const { exitCode, stdout, stderr } = await demo.result;
        expect(exitCode).toBe(1);
        expect(stdout).toContain("its end never arrived");
        expect(stdout).toMatch(/NOT STORED, by the publishers' own account: .*1 audit_finished/);
        const warned = [...stderr.matchAll(/attune: (\w+): .*Going on without it/g)].map(([, who]) => who);
        expect(warned.sort()).toEqual(["CoordinationSignals", "EventStreamer", "HeartbeatCoordinator"]);
      },
    );
  },
);
