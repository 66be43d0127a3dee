/**
 * A file, its log or its folder that is removed or replaced while it is in use: noticed, told, and from then on what is
 * acknowledged is in the file that lies at the path.
 */
import { lstatSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import { manualClock } from "@attune/transport-conformance";
import { createSqliteTransport } from "@attune/transport-sqlite";
import { afterAll, describe, expect, it, vi } from "vitest";
import { RemoteProcess } from "./remote/remote-process.ts";
import { integrityOf, inUse, losses, sound, untilReopened, valuesAt } from "./support/losses.ts";
import { collectWarnings, follow, open, toRequest, valuesIn, watched } from "./support/opened.ts";
import { scratchFolder } from "./support/scratch-folder.ts";
import { until } from "./support/until.ts";

// A busy machine takes its time.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const onlooker = new RemoteProcess();
afterAll(() => onlooker.end());

describe.each(losses)("$what", (loss) => {
  it("is noticed within a second while nobody does anything, told once, and mended", async () => {
    const path = join(scratchFolder(), "store", "attune.db");
    await loss.prepare?.(path);
    const clock = manualClock();
    const { warnings, logger } = collectWarnings();
    const opened = watched(await createSqliteTransport({ path, clock, logger }), warnings);
    const { transport, statuses } = opened;
    await transport.streams.append([toRequest("t", "before")]);
    await clock.advance(5000);
    expect(statuses).toEqual([]);
    loss.happen(path);
    await clock.advance(1000);
    expect(statuses).toEqual(["unavailable", "available"]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(path);
    expect(warnings[0]).toMatch(loss.says);
    await clock.advance(5000);
    expect(statuses).toEqual(["unavailable", "available"]);
    expect(warnings).toHaveLength(1);

    await transport.streams.append([toRequest("t", "after")]);
    const kept = { all: [["before"]], none: [[]], some: [["before"], []] }[loss.keeps];
    const possible = kept.map((values) => [...(loss.brings ?? []), ...values, "after"]);
    expect(possible).toContainEqual(await valuesAt(onlooker, path));
    await transport.close();
    expect(integrityOf(path)).toEqual(sound);
  });

  it("while it is written to: from the moment it was noticed what is acknowledged is there", async () => {
    const opened = await inUse(loss);
    const { transport, path, statuses } = opened;
    const acknowledged: number[] = [];
    const errors = new Set<unknown>();
    let noticedAt = Number.POSITIVE_INFINITY;
    let written = 0;
    let stop = false;
    const write = async () => {
      while (!stop) {
        const n = ++written;
        const noticed = statuses.includes("available");
        if (noticed) noticedAt = Math.min(noticedAt, n);
        try {
          await transport.streams.append([toRequest("t", n)]);
          acknowledged.push(n);
        } catch (error) {
          errors.add((error as { code: unknown }).code);
        }
        await nextTurn();
      }
    };
    const writers = [write(), write(), write()];
    await until("they write", () => acknowledged.length > 50);
    loss.happen(path);
    await untilReopened(opened);
    const soFar = acknowledged.length;
    await until("they write again", () => acknowledged.length > soFar + 50);
    stop = true;
    await Promise.all(writers);

    const there = new Set(await valuesAt(onlooker, path));
    const mustBeThere = acknowledged.filter((n) => n >= noticedAt);
    expect(mustBeThere.length).toBeGreaterThan(45);
    expect(mustBeThere.filter((n) => !there.has(n))).toEqual([]);
    expect([...errors].filter((code) => code !== "ATTUNE_TRANSPORT_UNAVAILABLE")).toEqual([]);
    for (const value of loss.brings ?? []) expect(there).toContain(value);
    expect(
      opened.warnings.filter((warning) => warning.includes(path) && loss.says.test(warning)),
    ).toHaveLength(1);
    await transport.close();
    expect(integrityOf(path)).toEqual(sound);
  });

  it("while a follower waits: it is told what it may have missed, and goes on", async () => {
    const opened = await inUse(loss);
    const { transport, path } = opened;
    const { values, gaps } = await follow(transport, "t");
    await transport.streams.append([toRequest("t", 1)]);
    await until("it follows", () => values.includes(1));
    loss.happen(path);
    await untilReopened(opened);
    await transport.streams.append([toRequest("t", 2)]);
    await until("it goes on", () => values.includes(2));
    const there = await valuesAt(onlooker, path);
    // Nothing is missing where the log had been written back by then.
    const lost = !there.includes(1);
    if (loss.keeps === "none") expect(lost).toBe(true);
    expect(gaps).toEqual(lost ? [{ eventType: "t", missed: null, reason: "reset" }] : []);
    expect(values.filter((value) => typeof value === "number")).toEqual([1, 2]);
    await transport.streams.append([toRequest("t", 3)]);
    await until("and on", () => values.includes(3));
    expect(gaps).toHaveLength(lost ? 1 : 0);
  });
});

describe("something else is in its place for a while", () => {
  const text = "To do: buy milk.\n";

  it.each([
    ["a text", (path: string) => writeFileSync(path, text), /is no database/],
    ["a folder", (path: string) => mkdirSync(path), /is a directory/],
    ["a link that leads in a circle", (path: string) => symlinkSync(path, path), /leads in a circle/],
  ])("%s: it is left alone; nothing is lost, and nobody misses anything", async (_, intrude, says) => {
    const opened = await inUse({});
    const { transport, path, warnings } = opened;
    for (let n = 0; n < 50; n++) await transport.streams.append([toRequest("t", n)]);
    const stored = await valuesIn(transport, "t");
    const { values, gaps } = await follow(transport, "t");
    const aside = `${path}.aside`;
    renameSync(path, aside);
    intrude(path);
    await until("it is noticed", () => transport.status === "unavailable");
    await until("it is found out what it is", async () => {
      const refusal = await transport.streams
        .append([toRequest("t", "never")])
        .catch((error: unknown) => error);
      expect(refusal).toMatchObject({
        code: "ATTUNE_TRANSPORT_UNAVAILABLE",
        message: expect.stringContaining(path),
      });
      return says.test(String(refusal));
    });
    if (lstatSync(path).isFile()) expect(readFileSync(path, "utf8")).toBe(text);
    rmSync(path, { recursive: true });
    renameSync(aside, path);
    await untilReopened(opened);
    await transport.streams.append([toRequest("t", "after")]);
    await until("the follower goes on", () => values.length > 0);
    expect(values).toEqual(["after"]);
    expect(gaps).toEqual([]);
    // It was only away: there is nothing to warn of.
    expect(warnings).toEqual([]);
    expect(await valuesAt(onlooker, path)).toEqual([...stored, "after"]);
    await transport.close();
    expect(integrityOf(path)).toEqual(sound);
  });

  it("the file that was moved away holds everything that was acknowledged", async () => {
    const opened = await inUse({});
    const { transport, path } = opened;
    for (let n = 0; n < 50; n++) await transport.streams.append([toRequest("t", n)]);
    const stored = await valuesIn(transport, "t");
    const aside = join(dirname(dirname(path)), "aside.db");
    renameSync(path, aside);
    await untilReopened(opened);
    expect(await valuesAt(onlooker, path)).toEqual([]);
    expect(await valuesAt(onlooker, aside)).toEqual(stored);
  });
});

describe("a link to the file", () => {
  it("leads elsewhere for a while: who came by it is away, who uses the file itself notices nothing", async () => {
    const direct = await inUse({});
    const { path } = direct;
    const link = join(scratchFolder(), "link.db");
    const lead = (target: string) => {
      symlinkSync(target, `${link}.new`);
      renameSync(`${link}.new`, link);
    };
    lead(path);
    const linked = await open({ path: link });
    await linked.transport.streams.append([toRequest("t", "by the link")]);
    const acknowledged: unknown[] = ["before", "by the link"];
    lead("nowhere");
    await until("the link is noticed", () => linked.transport.status === "unavailable");
    // Longer than anybody waits before he takes what was there for gone.
    for (let n = 0; n < 50; n++) {
      await direct.transport.streams.append([toRequest("t", n)]);
      acknowledged.push(n);
      await pause(30);
    }
    lead(path);
    await untilReopened(linked);
    await linked.transport.streams.append([toRequest("t", "by the link again")]);
    acknowledged.push("by the link again");
    for (const { transport } of [direct, linked])
      expect(await valuesIn(transport, "t")).toEqual(acknowledged);
    expect(await valuesAt(onlooker, path)).toEqual(acknowledged);
    expect(direct.statuses).toEqual([]);
    expect([...direct.warnings, ...linked.warnings]).toEqual([]);
  });
});
