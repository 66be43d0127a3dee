/** Closing ends everything, also while the store is silent or away; waiting keeps a process. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join as joinPath } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { until } from "@attune-tools/every-store";
import { expect, onTestFinished, test } from "vitest";
import { numberOf, publishJobs } from "../../groups/in-group.ts";
import { faultTest, join, startFleet, timed } from "../fleet.ts";
import { eventType, group } from "./work.ts";

const eventTypes = [eventType];

class Program {
  readonly #child: ChildProcessByStdio<null, Readable, null>;
  readonly exit: Promise<number | NodeJS.Signals | null>;
  ended = false;
  output = "";

  /** Ended with the test. */
  constructor(script: string, url: string) {
    const path = fileURLToPath(new URL(`scripts/${script}`, import.meta.url));
    this.#child = spawn(process.execPath, ["--conditions=@attune/source", "--no-warnings", path], {
      env: { ...process.env, ATTUNE_URL: url },
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#child.stdout.on("data", (chunk) => {
      this.output += String(chunk);
    });
    this.exit = new Promise((resolve) => {
      this.#child.on("exit", (code, signal) => {
        this.ended = true;
        resolve(signal ?? code);
      });
    });
    onTestFinished(() => void this.#child.kill("SIGKILL"));
  }
}

async function newFile(): Promise<string> {
  const folder = await mkdtemp(joinPath(tmpdir(), "attune-group-faults-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return `sqlite:${joinPath(folder, "attune.db")}`;
}

faultTest(
  "on Redis: a process that has closed its consumers ends by itself",
  { timeout: 60_000 },
  async () => {
    await endsByItself((await startFleet()).server.url);
  },
);

test("on a file: a process that has closed its consumers ends by itself", { timeout: 60_000 }, async () => {
  await endsByItself(await newFile());
});

async function endsByItself(url: string): Promise<void> {
  const program = new Program("exits-after-close.ts", url);
  await until("it has ended", () => program.ended);
  expect(program.output).toContain("done");
  expect(await program.exit).toBe(0);
}

faultTest(
  "on Redis: a process that only waits for events stays, also while its server is away",
  { timeout: 60_000 },
  async () => {
    const { server } = await startFleet({ appendOnly: true });
    const program = new Program("waits-for-events.ts", server.url);
    await until("it waits", () => program.output.includes("waiting"));
    await server.kill();
    // Longer than it waits for an answer, and than it waits between two attempts.
    await new Promise((resolve) => setTimeout(resolve, 2000));
    expect(program.ended).toBe(false);
    await server.start();
    await publishOne(server.url);
    expect(await program.exit).toBe(0);
    expect(program.output).toContain("done");
  },
);

test("on a file: a process that only waits for events stays", { timeout: 60_000 }, async () => {
  const url = await newFile();
  const program = new Program("waits-for-events.ts", url);
  await until("it waits", () => program.output.includes("waiting"));
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(program.ended).toBe(false);
  await publishOne(url);
  expect(await program.exit).toBe(0);
  expect(program.output).toContain("done");
});

async function publishOne(url: string): Promise<void> {
  const { streamer } = await join(url);
  await until("it is published", async () => (await streamer.publishEvent(eventType, { n: 1 })) !== "");
}

for (const how of ["silent", "away"] as const) {
  faultTest(
    `close() ends while the server is ${how}; what was not acknowledged comes to others later`,
    { timeout: 60_000 },
    async () => {
      const { server } = await startFleet({ appendOnly: true, args: ["--appendfsync", "always"] });
      const publisher = await join(server.url);
      const operationTimeoutMs = 500;
      const { streamer, transport } = await join(server.url, { operationTimeoutMs });
      await publishJobs(publisher.streamer, 1, 200);
      const seen: number[] = [];
      const { promise: over, resolve: goOn } = Promise.withResolvers<void>();
      const consumer = streamer.consumeGroup({ group, eventTypes, minIdleMs: 500, drainTimeoutMs: 20_000 });
      const running = consumer.run(async (event) => {
        seen.push(numberOf(event));
        if (seen.length === 50) await over;
      });
      await until("it is in the midst of it", () => seen.length === 50);
      if (how === "silent") server.pause();
      else await server.kill();
      const closed = timed(consumer.close());
      goOn();
      const { ms } = await closed;
      await running;
      console.info(`closed after ${ms.toFixed(0)} ms, server ${how}`);
      // What was under way, what is told, and the leaving wait for an answer, one after the other at most.
      expect(ms).toBeLessThan(6 * operationTimeoutMs + 2000);
      await transport.close();
      if (how === "silent") server.resume();
      else await server.start();
      const next = publisher.streamer.consumeGroup({ group, eventTypes, minIdleMs: 500 });
      const all = new Set(seen);
      const runningNext = next.run((event) => void all.add(numberOf(event)));
      await until("all are processed", () => all.size === 200);
      await next.close();
      await runningNext;
    },
  );
}

test("a consumer that was closed leaves nothing behind that works or waits", {
  timeout: 60_000,
}, async () => {
  const { streamer } = await join(await newFile());
  await publishJobs(streamer, 1, 50);
  const rounds = async (count: number) => {
    for (let round = 0; round < count; round++) {
      const consumer = streamer.consumeGroup({ group, eventTypes });
      await consumer.ready;
      const iteration = consumer[Symbol.asyncIterator]();
      if (round === 0) await iteration.next();
      await consumer.close();
    }
  };
  await rounds(3);
  const before = process.getActiveResourcesInfo().length;
  await rounds(20);
  await until("nothing is left", () => process.getActiveResourcesInfo().length <= before);
});
