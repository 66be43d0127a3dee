/** A file that is removed or replaced while several processes use it: they notice at different times, and spoil nothing for each other. */
import { linkSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Transport } from "@attune/transport";
import { afterAll, describe, expect, it, vi } from "vitest";
import { openRemoteTransport } from "./remote/open-remote-transport.ts";
import { RemoteProcess } from "./remote/remote-process.ts";
import { integrityOf, inUse, losses, sound, untilReopened, valuesAt } from "./support/losses.ts";
import { collectWarnings, type Opened, open, toRequest, valuesIn, watched } from "./support/opened.ts";
import { scratchFolder } from "./support/scratch-folder.ts";
import { StoppableProcess } from "./support/stoppable-process.ts";
import { until } from "./support/until.ts";

// A busy machine takes its time.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const [firstOther, secondOther, onlooker] = [new RemoteProcess(), new RemoteProcess(), new RemoteProcess()];
afterAll(() => Promise.all([firstOther, secondOther, onlooker].map((other) => other.end())));

describe("several processes", () => {
  /** This one and two others on a file, each of which has written to it. */
  async function threeOn(opened: Opened, path: string): Promise<readonly Opened[]> {
    const { logger } = collectWarnings();
    const remotes = await Promise.all(
      [firstOther, secondOther].map((other) => openRemoteTransport(other, `sqlite:${path}`, { logger })),
    );
    const everybody = [opened, ...remotes.map((remote) => watched(remote, []))];
    await Promise.all(everybody.map(({ transport }, n) => write(transport, `before ${n}`)));
    return everybody;
  }

  async function write(transport: Transport, value: string): Promise<string> {
    await transport.streams.append([toRequest("t", value)]);
    return value;
  }

  async function writeByTurns(everybody: readonly Opened[]): Promise<string[]> {
    const written: string[] = [];
    for (let round = 0; round < 20; round++) {
      const values = everybody.map(({ transport }, n) => write(transport, `after ${round} ${n}`));
      written.push(...(await Promise.all(values)));
    }
    return written;
  }

  it.each(losses)(
    "$what: all go on with the same file, and lose nothing that it acknowledged",
    async (loss) => {
      const opened = await inUse(loss);
      const { path } = opened;
      const everybody = await threeOn(opened, path);
      loss.happen(path);
      await Promise.all(everybody.map(untilReopened));
      const acknowledged = await writeByTurns(everybody);
      for (const { transport } of everybody) {
        expect(await valuesIn(transport, "t")).toEqual(expect.arrayContaining(acknowledged));
      }
      expect(await valuesAt(onlooker, path)).toEqual(expect.arrayContaining(acknowledged));
      await Promise.all(everybody.map(({ transport }) => transport.close()));
      expect(await valuesAt(onlooker, path)).toEqual(expect.arrayContaining(acknowledged));
      expect(readdirSync(dirname(path))).toEqual(["attune.db"]);
      expect(integrityOf(path)).toEqual(sound);
    },
  );

  it("a text is in its place until all have noticed: nothing is lost", async () => {
    const opened = await inUse({});
    const { path } = opened;
    const everybody = await threeOn(opened, path);
    const acknowledged = await writeByTurns(everybody);
    renameSync(path, `${path}.aside`);
    writeFileSync(path, "text");
    await Promise.all(
      everybody.map(({ transport }) => until("all are away", () => transport.status === "unavailable")),
    );
    renameSync(`${path}.aside`, path);
    await Promise.all(everybody.map(untilReopened));
    expect(await valuesAt(onlooker, path)).toEqual(expect.arrayContaining(acknowledged));
    expect(await writeByTurns(everybody)).toHaveLength(60);
    const values = await valuesAt(onlooker, path);
    expect(values).toHaveLength(1 + 3 + 60 + 60);
    for (const { transport } of everybody) expect(await valuesIn(transport, "t")).toEqual(values);
    await Promise.all(everybody.map(({ transport }) => transport.close()));
    expect(integrityOf(path)).toEqual(sound);
  });
});

describe.skipIf(process.platform === "win32")("a process that notices late", () => {
  it.each(losses)("$what: it harms neither what is there now nor what was", async (loss) => {
    const opened = await inUse(loss);
    const { transport, path } = opened;
    const aside = join(dirname(dirname(path)), "aside.db");
    const late = await StoppableProcess.open(`sqlite:${path}`);
    await late.append("of the late one, before");
    for (let n = 0; n < 20; n++) await transport.streams.append([toRequest("t", `before ${n}`)]);
    const before = await valuesIn(transport, "t");
    late.stop();
    // To be looked at afterwards: the file has another name too, under which nobody uses it.
    linkSync(path, aside);
    loss.happen(path);
    await untilReopened(opened);
    const acknowledged: string[] = [];
    const write = async (values: readonly string[]) => {
      for (const value of values) {
        await transport.streams.append([toRequest("t", value)]);
        acknowledged.push(value);
      }
    };
    await write(Array.from({ length: 50 }, (_, n) => `meanwhile ${n}`));
    late.goOn();
    await late.append("of the late one, after");
    acknowledged.push("of the late one, after");
    await write(Array.from({ length: 50 }, (_, n) => `after ${n}`));
    expect(await valuesIn(transport, "t")).toEqual(expect.arrayContaining(acknowledged));
    expect(await valuesAt(onlooker, path)).toEqual(expect.arrayContaining(acknowledged));
    expect(opened.statuses).toEqual(["unavailable", "available"]);
    await late.end();
    await transport.close();
    expect(await valuesAt(onlooker, path)).toEqual(expect.arrayContaining(acknowledged));
    expect(integrityOf(path)).toEqual(sound);
    if (loss.keeps !== "none") return;
    expect(integrityOf(aside)).toEqual(sound);
    expect(await valuesAt(onlooker, aside)).toEqual(before);
  });

  // Not where another file was moved over it and the old log was left: SQLite takes that for the new file's, whoever opens it.
  it.each(losses.filter(({ keeps, brings }) => keeps === "none" && !brings))(
    "$what: whoever comes meanwhile has a new file as soon as the late one has noticed",
    async (loss) => {
      const path = join(scratchFolder(), "store", "attune.db");
      const late = await StoppableProcess.open(`sqlite:${path}`);
      for (let n = 0; n < 20; n++) await late.append(`before ${n}`);
      late.stop();
      loss.happen(path);
      const { transport } = await open({ path, operationTimeoutMs: 500 });
      late.goOn();
      await until("the new file can be used", () => transport.status === "available");
      await late.append("of the late one");
      const acknowledged: unknown[] = ["of the late one"];
      for (let n = 0; n < 20; n++) {
        await transport.streams.append([toRequest("t", n)]);
        acknowledged.push(n);
      }
      expect(await valuesIn(transport, "t")).toEqual(acknowledged);
      expect(await valuesAt(onlooker, path)).toEqual(acknowledged);
      await late.end();
      await transport.close();
      expect(await valuesAt(onlooker, path)).toEqual(acknowledged);
      expect(integrityOf(path)).toEqual(sound);
    },
  );
});
