/** An archiver that the system has stopped for longer than others wait for it: when it goes on it writes over nobody. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { EventStreamer } from "@attune/streams";
import { openTransport, silentLogger } from "@attune/transport";
import { until } from "@attune-tools/every-store";
import { expect, it, onTestFinished, vi } from "vitest";
import { Archive, openSink, queryArchive } from "../../src/index.ts";

vi.setConfig({ testTimeout: 120_000 });

/** The long form: `npm run soak`. */
const takeOvers = process.env.ATTUNE_TEST_SOAK === "1" ? 5 : 1;
const script = fileURLToPath(new URL("scripts/archiver.ts", import.meta.url));

it.skipIf(process.platform === "win32").each([
  ["SQLite", (folder: string) => `sqlite:${join(folder, "archive.db")}`],
  ["JSONL", (folder: string) => `jsonl:${join(folder, "archive")}`],
])("%s: stopped for longer than takeOverMs, again and again, every event is there once", async (_, urlOf) => {
  const folder = mkdtempSync(join(tmpdir(), "attune-stopped-archiver-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const from = `sqlite:${join(folder, "events.db")}`;
  const to = urlOf(folder);
  const transport = await openTransport(from, { logger: silentLogger });
  onTestFinished(() => transport.close());
  const streamer = new EventStreamer({ transport, maxLength: 100_000 });
  let published = 0;
  const publish = async (count: number) => {
    const events = Array.from({ length: count }, () => ({ eventType: "step", data: { n: published++ } }));
    expect(await streamer.publishEvents(events)).not.toContain("");
  };

  const child = fork(script, [JSON.stringify({ from, to, count: 20 })], {
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    execArgv: ["--conditions=@attune/source", "--no-warnings"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let batches = 0;
  child.on("message", (count) => {
    batches = Number(count);
  });
  const sink = await openSink(to, { maxFileBytes: 20_000, gzip: true, timeoutMs: 500 });
  onTestFinished(() => sink.close());
  /** The other one is at it, or at it again. */
  const itArchives = async () => {
    const seen = batches;
    await until(
      "it archives",
      async () => {
        await publish(50);
        return batches > seen + 1;
      },
      60_000,
    );
  };
  await itArchives();
  for (let takenOver = 0; takenOver < takeOvers; ) {
    child.kill("SIGSTOP");
    await publish(500);
    const archive = new Archive({ transport, sink, batch: { count: 20, waitMs: 1 }, takeOverMs: 100 });
    const run = archive.run();
    await until(
      "this one takes over, or the other has been stopped with the store in its hands",
      () => archive.progress.archived >= 400 || archive.progress.status === "waiting for the sink",
      60_000,
    );
    if (archive.progress.archived >= 400) takenOver++;
    child.kill("SIGCONT");
    await publish(200);
    await archive.close();
    await run;
    await itArchives();
  }
  child.kill("SIGKILL");
  await once(child, "exit");
  const last = new Archive({ transport, sink, takeOverMs: 100 });
  await last.run({ until: "caught up" });
  await last.close();
  const numbers: number[] = [];
  for await (const { data } of queryArchive(sink)) numbers.push((data as { n: number }).n);
  expect(numbers).toHaveLength(published);
  expect(new Set(numbers).size).toBe(published);
});
