/** Archivers that are killed at any moment: every event is in the store once, counted in the store itself. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { EventStreamer } from "@attune/streams";
import { openTransport } from "@attune/transport";
import { expect, it, onTestFinished, vi } from "vitest";
import { Archive, openSink } from "../../src/index.ts";

vi.setConfig({ testTimeout: 180_000 });

const kills = 25;
const total = 20_000;
const count = 20;
const script = fileURLToPath(new URL("scripts/archiver.ts", import.meta.url));

/** What is in the store, read past the sink: `n` of each event's data. */
type ReadStore = (folder: string) => number[];

const readSqlite: ReadStore = (folder) => {
  const db = new DatabaseSync(join(folder, "archive.db"));
  try {
    expect(db.prepare("PRAGMA integrity_check").all()).toEqual([{ integrity_check: "ok" }]);
    const rows = db.prepare("SELECT json_extract(data, '$.n') AS n FROM events ORDER BY id_ms, id_seq").all();
    return rows.map(({ n }) => Number(n));
  } finally {
    db.close();
  }
};

/** Every line of every file, those of nobody's included: after an orderly end there must be none. */
const readJsonl: ReadStore = (folder) => {
  const path = join(folder, "archive");
  const names = readdirSync(path).filter((name) => name.startsWith("events-"));
  expect(names.filter((name) => !/\.jsonl(\.gz)?$/.test(name))).toEqual([]);
  const numbers = new Map<string, string>();
  for (const name of names.sort()) numbers.set(/-(\d+)\.jsonl/.exec(name)![1]!, name);
  expect(numbers.size).toBe(names.length);
  return [...numbers]
    .sort(([one], [other]) => Number(one) - Number(other))
    .flatMap(([, name]) => {
      const content = readFileSync(join(path, name));
      const text = String(name.endsWith(".gz") ? gunzipSync(content) : content);
      expect(text.endsWith("\n")).toBe(true);
      return text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line).data.n);
    });
};

it.each([
  ["SQLite", (folder: string) => `sqlite:${join(folder, "archive.db")}`, readSqlite],
  ["JSONL", (folder: string) => `jsonl:${join(folder, "archive")}`, readJsonl],
])("%s: killed 25 times, every event is there once", async (_, urlOf, read) => {
  const folder = mkdtempSync(join(tmpdir(), "attune-killed-archiver-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const from = `sqlite:${join(folder, "events.db")}`;
  const to = urlOf(folder);
  const transport = await openTransport(from);
  onTestFinished(() => transport.close());
  const streamer = new EventStreamer({ transport, maxLength: total * 2 });

  let published = 0;
  const publish = async (events: number) => {
    for (const last = published + events; published < last; ) {
      const batch = Array.from({ length: Math.min(100, last - published) }, () => ({
        eventType: "step",
        data: { n: published++ },
      }));
      expect(await streamer.publishEvents(batch)).not.toContain("");
    }
  };

  for (let kill = 0; kill < kills; kill++) {
    const child = fork(script, [JSON.stringify({ from, to, count })], {
      execArgv: ["--conditions=@attune/source", "--no-warnings"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    const publishing = publish(total / kills);
    await afterBatches(child, 1 + Math.floor(Math.random() * 25));
    // Anywhere within the next batch.
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 8));
    child.kill("SIGKILL");
    await once(child, "exit");
    await publishing;
  }
  expect(published).toBe(total);

  const sink = await openSink(to, { maxFileBytes: 20_000, gzip: true });
  const archive = new Archive({ transport, sink });
  await archive.run({ until: "caught up" });
  await archive.close();
  await sink.close();
  // The killed ones had written the most of it.
  expect(archive.progress.archived).toBeLessThan(total);
  expect(archive.progress.missed).toBe(0);
  expect(read(folder)).toEqual(Array.from({ length: total }, (__, n) => n));
});

/** Once the archiver has written so many. */
async function afterBatches(child: ChildProcess, wanted: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.on("message", (batches) => {
    if (Number(batches) >= wanted) resolve();
  });
  child.on("exit", (code) => reject(new Error(`The archiver ended by itself, with ${code}.`)));
  await promise;
}
