/** Two demonstrations as programs on Redis, for all: what is different there is the transport's, and tested with it. */
import { type RedisServer, startRedis } from "@attune-tools/redis-server";
import { describe, expect, it, onTestFinished } from "vitest";
import { makeLargeTree, makeTree } from "./make-tree.ts";
import { runDemo, startAttune, startDemo, verdictsOf } from "./run-demo.ts";

async function redis(): Promise<RedisServer> {
  const server = await startRedis();
  onTestFinished(() => server.stop());
  return server;
}

describe.skipIf(process.env.ATTUNE_TEST_REDIS === "skip")(
  "npm run demo on Redis",
  { timeout: 120_000 },
  () => {
    it("is followed by another process, event by event, and leaves nothing but its events", async () => {
      const { url, command } = await redis();
      const root = await makeTree({ "a.ts": "1\n", "b.ts": "2\n" });
      const follower = startAttune(["events", "--follow", "--url", url]);
      await follower.printed("Ctrl-C ends");
      const [audit, checkpoint] = await Promise.all([
        runDemo(["audit", "--path", root, "--url", url]),
        runDemo(["checkpoint", "--url", url]),
      ]);
      expect([audit.stderr, audit.exitCode]).toEqual(["", 0]);
      expect([checkpoint.stderr, checkpoint.exitCode]).toEqual(["", 0]);
      expect(verdictsOf(checkpoint.stdout)).toEqual({ ok: 5, wrong: 0 });
      await follower.printed("audit_finished");
      follower.interrupt();
      const followed = await follower.result;
      expect(followed.exitCode).toBe(130);
      const counts = [...audit.stdout.matchAll(/^ {2}\w+ +(\d+) +\d+ +0 +0$/gm)];
      const published = counts.reduce((sum, [, count]) => sum + Number(count), 0);
      expect(published).toBeGreaterThan(100);
      // The last event of one type can overtake those of another by a read.
      expect(followed.stdout.trimEnd().split("\n").length).toBeGreaterThan(published - 5);
      const later = ["events", "--follow", "--url", url, "--since", "1h", "--count", "7"];
      const first = await startAttune(later).result;
      expect(first.stdout.trimEnd().split("\n")).toHaveLength(7);
      expect(first.exitCode).toBe(0);
      const keys = (await command("KEYS", "empathy:events:*")) as string[];
      const types = keys.map((key) => key.slice("empathy:events:".length));
      // A stream of ratings for each agent that has measured.
      expect(types.filter((type) => type.startsWith("feedback"))).toHaveLength(7);
      expect(types.filter((type) => !type.startsWith("feedback")).sort()).toEqual([
        "agent_error",
        "agent_heartbeat",
        "approval_audit",
        "audit_finding",
        "audit_finished",
        "audit_report",
        "audit_started",
        "coordination_signal",
        "workflow_progress",
      ]);
    });

    it("shares jobs among workers, one of which is killed, and leaves none of their streams", async () => {
      const { url, command } = await redis();
      const { exitCode, stdout, stderr } = await runDemo(["workers", "--url", url]);
      expect([stderr, exitCode, stdout]).toEqual(["", 0, stdout]);
      expect(verdictsOf(stdout)).toEqual({ ok: 9, wrong: 0 });
      expect(await command("KEYS", "empathy:events:*")).toEqual(["empathy:events:dead_letter"]);
    });

    it("ends, and does not say that all is well, when the server is lost", async () => {
      const server = await redis();
      const demo = startDemo(["checkpoint", "--url", server.url]);
      await demo.printed("hasher-3 starts");
      await server.kill();
      const { exitCode, stdout } = await demo.result;
      expect(stdout).not.toContain("Everything came out as expected");
      expect(exitCode).toBe(1);
    });

    it.each(["kill", "pause"] as const)(
      "ends when the server is lost in the middle of an audit (%s), and says what was not stored",
      async (how) => {
        const server = await redis();
        const demo = startDemo(["audit", "--path", await makeLargeTree(), "--url", server.url]);
        await demo.printed("→ all: start");
        await server[how]();
        onTestFinished(() => (how === "pause" ? server.resume() : undefined));
        const { exitCode, stdout, stderr } = await demo.result;
        expect(exitCode).toBe(1);
        expect(stdout).toContain("its end never arrived");
        expect(stdout).toMatch(/NOT STORED, by the publishers' own account: .*1 audit_finished/);
        expect(stdout).toMatch(/\nThe auditor failed: .*\nNo report: the audit was not finished\.\n$/);
        const warned = [...stderr.matchAll(/attune: (\w+): .*Going on without it/g)].map(([, who]) => who);
        // Whether somebody has something to rate just then is chance.
        expect(warned.filter((who) => who !== "FeedbackLoop").sort()).toEqual(["EventStreamer", "Workflow"]);
      },
    );
  },
);
