/** Archivers in processes of their own, killed at any moment while events are published. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { EventStreamer } from "@attune/streams";
import { openTransport } from "@attune/transport";
import { loggerInto } from "@attune-tools/every-store";
import { expect, onTestFinished } from "vitest";
import { Archive, type ArchiveProgress, openSink } from "../../src/index.ts";

const script = fileURLToPath(new URL("../faults/scripts/archiver.ts", import.meta.url));
/** Events per batch. */
const count = 20;

export interface Killing {
  /** What to archive to: the sink's URL. */
  readonly to: string;
  readonly kills: number;
  /** Events: numbered from 0 in their data's `n`. */
  readonly events: number;
  /** About how long a batch takes: the kill comes somewhere within it. */
  readonly batchMs: number;
  /** Resolves once what the killed one has asked for is done, or given up, where that is somebody else's work. */
  readonly afterKill?: () => Promise<void>;
}

/** Removed when the test ends. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "attune-killed-archiver-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Resolves once all of it is archived, the last of it by an archiver that nobody kills: how that one fared. */
export async function killArchivers({
  to,
  kills,
  events,
  batchMs,
  afterKill,
}: Killing): Promise<ArchiveProgress> {
  const from = `sqlite:${join(scratchFolder(), "events.db")}`;
  const transport = await openTransport(from, { logger: loggerInto([]) });
  onTestFinished(() => transport.close());
  const streamer = new EventStreamer({ transport, maxLength: events * 2 });

  let published = 0;
  const publish = async (more: number) => {
    for (const last = published + more; published < last; ) {
      const batch = Array.from({ length: Math.min(100, last - published) }, () => ({
        eventType: "step",
        data: { n: published++ },
      }));
      expect(await streamer.publishEvents(batch)).not.toContain("");
    }
  };

  const perKill = Math.floor(events / kills);
  /** Fewer than are there to be written. */
  const mostBatches = Math.floor((perKill / count) * 0.6);
  for (let kill = 1; kill <= kills; kill++) {
    const child = fork(script, [JSON.stringify({ from, to, count })], {
      execArgv: ["--conditions=@attune/source", "--no-warnings"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    const publishing = publish(kill === kills ? events - published : perKill);
    await afterBatches(child, 1 + Math.floor(Math.random() * mostBatches));
    await new Promise((resolve) => setTimeout(resolve, Math.random() * batchMs));
    child.kill("SIGKILL");
    await once(child, "exit");
    await afterKill?.();
    await publishing;
  }
  expect(published).toBe(events);

  const sink = await openSink(to, { maxFileBytes: 20_000, gzip: true });
  const archive = new Archive({ transport, sink, takeOverMs: 100 });
  await archive.run({ until: "caught up" });
  await archive.close();
  await sink.close();
  // The killed ones had written some of it.
  expect(archive.progress.archived).toBeLessThan(events);
  expect(archive.progress.missed).toBe(0);
  return archive.progress;
}

/** Once the archiver has written so many. */
async function afterBatches(child: ChildProcess, wanted: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.on("message", (batches) => {
    if (Number(batches) >= wanted) resolve();
  });
  child.on("exit", (code) => reject(new Error(`The archiver ended by itself, with ${code}.`)));
  await promise;
}
