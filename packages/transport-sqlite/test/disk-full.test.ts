/** A full disk: what cannot be stored is said not to be, once; what was stored stays; and it goes on when there is space. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { HeartbeatCoordinator } from "@attune/heartbeat";
import { CoordinationSignals } from "@attune/signals";
import { EventStreamer } from "@attune/streams";
import { mountedFolder, whyNoMount } from "@attune-tools/mounted-folder";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { open, toPost, toPut, toRequest, valuesIn } from "./support/opened.ts";
import { until } from "./support/until.ts";

// A busy machine takes its time.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const everything = "x".repeat(500);

/** A small disk with files that can be removed to make space, so that so many bytes are left. */
function smallDisk(freeBytes: number) {
  const { path: folder, fill, makeSpace } = mountedFolder("size=2m,mode=700");
  fill(freeBytes);
  return { path: join(folder, "attune.db"), fill, makeSpace };
}

/** Publishes until the disk is full, and then some. Answers what was acknowledged. */
async function publishUntilFull(streamer: EventStreamer): Promise<number[]> {
  const acknowledged: number[] = [];
  let refused = 0;
  for (let n = 0; refused < 50; n++) {
    const id = await streamer.publishEvent("t", { n, everything });
    if (id === "") refused++;
    else acknowledged.push(n);
    if (n > 100_000) throw new Error("The disk does not become full.");
  }
  return acknowledged;
}

/** What is left in the log for the smallest of changes: one page. */
function fillLog(path: string): void {
  const db = new DatabaseSync(path);
  const write = () => {
    for (let n = 0; n < 1000; n++) db.exec("PRAGMA user_version = 1");
  };
  expect(write).toThrow(/full/);
  db.close();
}

function checkIntegrity(path: string): unknown {
  const db = new DatabaseSync(path);
  try {
    return db.prepare("PRAGMA integrity_check").all();
  } finally {
    db.close();
  }
}

describe.skipIf(whyNoMount !== undefined)(`a full disk (${whyNoMount ?? "in memory"})`, () => {
  it("publishing gives empty ids with one warning, reading works, and with space it goes on", async () => {
    const { path, makeSpace } = smallDisk(1_000_000);
    const { transport, warnings, statuses } = await open({ path });
    const streamer = new EventStreamer({ transport });
    const acknowledged = await publishUntilFull(streamer);
    expect(acknowledged.length).toBeGreaterThan(50);
    // Whether a short one still fits depends on the page; from the first refusal on there is no more than that.
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/EventStreamer: The disk is full.*nothing can be stored in sqlite:/);
    expect(warnings[0]).toContain(path);

    const stored = async () => (await valuesIn(transport, "t")).map((data) => (data as { n: number }).n);
    expect(await stored()).toEqual(acknowledged);
    expect((await streamer.getRecentEvents("t", { count: 1 }))[0]?.data).toMatchObject({
      n: acknowledged.at(-1),
    });
    expect(await streamer.getStreamInfo("t")).toMatchObject({ length: acknowledged.length });
    expect(statuses).toEqual([]);

    makeSpace();
    const id = await until("publishing works", () => streamer.publishEvent("t", { n: -1 }));
    expect(id).toMatch(/^\d+-\d+$/);
    acknowledged.push(-1);
    for (let n = 0; n < 50; n++) {
      expect(await streamer.publishEvent("t", { n, everything })).not.toBe("");
      acknowledged.push(n);
    }
    expect(await stored()).toEqual(acknowledged);
    expect(warnings).toHaveLength(1);
    expect(statuses).toEqual([]);

    const { transport: second } = await open({ path });
    expect((await valuesIn(second, "t")).map((data) => (data as { n: number }).n)).toEqual(acknowledged);
    await Promise.all([transport.close(), second.close()]);
    expect(checkIntegrity(path)).toEqual([{ integrity_check: "ok" }]);
  });

  it("signals and heartbeats give their neutral answers, each with one warning, and go on", async () => {
    const { path, makeSpace } = smallDisk(1_000_000);
    const { transport, warnings } = await open({ path });
    const signals = new CoordinationSignals({ agentId: "a", transport });
    const heartbeat = new HeartbeatCoordinator({ transport, intervalMs: 50 });
    onTestFinished(() => heartbeat.close());
    const early = await signals.signal({ signalType: "early", targetAgent: "a" });
    expect(early).not.toBe("");
    expect(await heartbeat.startHeartbeat("a")).toBe("recorded");
    await publishUntilFull(new EventStreamer({ transport }));
    // What is left in the last page is for the small ones.
    await until(
      "beats find no space",
      async () => (await heartbeat.beat({ progress: 0.5 })) === "unavailable",
    );
    const send = () => signals.signal({ signalType: "late", targetAgent: "b", payload: everything });
    await until("signals find no space", async () => (await send()) === "");

    expect(await send()).toBe("");
    expect(await signals.broadcast({ signalType: "late", payload: everything })).toBe("");
    expect(await signals.getPendingSignals()).toMatchObject([{ signalId: early }]);
    // Taking is writing.
    expect(await signals.checkSignal()).toBeNull();
    expect(await signals.clearSignals()).toBe(0);
    expect(await heartbeat.beat({ progress: 0.6 })).toBe("unavailable");
    expect(await heartbeat.getAgentStatus("a")).toMatchObject({ agentId: "a" });
    expect(await heartbeat.countActiveAgents()).toBe(1);
    for (const component of ["EventStreamer", "CoordinationSignals", "HeartbeatCoordinator"]) {
      expect(warnings.filter((warning) => warning.includes(`${component}: The disk is full`))).toHaveLength(
        1,
      );
    }
    expect(warnings).toHaveLength(3);

    makeSpace();
    await until("signals are sent", async () => (await send()) !== "");
    await until("beats are recorded", async () => (await heartbeat.beat({ progress: 0.7 })) === "recorded");
    expect(await heartbeat.getAgentStatus("a")).toMatchObject({ progress: 0.7, liveness: "alive" });
    expect(await signals.checkSignal()).toMatchObject({ signalId: early });
    expect(warnings).toHaveLength(3);
  });

  it("of a batch that does not fit nothing is stored, and what fits beside it is", async () => {
    const { path } = smallDisk(400_000);
    const { transport } = await open({ path });
    const large = Array.from({ length: 400 }, (_, n) =>
      toRequest("large", { n, everything: "y".repeat(2000) }),
    );
    const outcomes = await Promise.allSettled([
      transport.streams.append([toRequest("small", 1)]),
      transport.streams.append(large),
      transport.streams.append([toRequest("small", 2)]),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(outcomes[1]).toMatchObject({ reason: { code: "ATTUNE_STORE_REFUSED" } });
    expect(await valuesIn(transport, "small")).toEqual([1, 2]);
    expect(await valuesIn(transport, "large")).toEqual([]);
  });

  it("a file that was full can still be read by who opens it then", async () => {
    const { path, fill, makeSpace } = smallDisk(1_000_000);
    const { transport } = await open({ path });
    await publishUntilFull(new EventStreamer({ transport }));
    fill(0);
    fillLog(path);
    const acknowledged = await valuesIn(transport, "t");
    const { transport: second } = await open({ path });
    expect(second.status).toBe("available");
    expect(await valuesIn(second, "t")).toHaveLength(acknowledged.length);
    makeSpace();
    await until("it can be written", () =>
      second.streams.append([toRequest("t", "second")]).catch(() => false),
    );
    expect(await valuesIn(transport, "t")).toHaveLength(acknowledged.length + 1);
  });

  // From nothing at all to nearly enough: it fails at another step each time.
  it.each([0, 4096, 12_288, 32_768, 40_960])(
    "a disk with %i bytes left at the first opening: unavailable, and available once there is space",
    async (freeBytes) => {
      const { path, makeSpace } = smallDisk(freeBytes);
      const { transport, warnings } = await open({ path, operationTimeoutMs: 300 });
      expect(transport.status).toBe("unavailable");
      const refusal = { code: "ATTUNE_TRANSPORT_UNAVAILABLE" };
      await expect(transport.streams.append([toRequest("t", 0)])).rejects.toMatchObject(refusal);
      await expect(transport.mailboxes.post(toPost("m"))).rejects.toMatchObject(refusal);
      await expect(transport.records.put(toPut("k"))).rejects.toMatchObject(refusal);
      const streamer = new EventStreamer({ transport });
      expect(await streamer.publishEvent("t", 1)).toBe("");
      expect(await streamer.publishEvent("t", 2)).toBe("");
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toContain(path);
      makeSpace();
      await until("it is available", () => transport.status === "available");
      expect(await streamer.publishEvent("t", 3)).not.toBe("");
      expect(await valuesIn(transport, "t")).toEqual([3]);
      await transport.close();
      expect(checkIntegrity(path)).toEqual([{ integrity_check: "ok" }]);
    },
  );

  // The file, its log, and what its processes share: one each.
  it.each([0, 1, 2])(
    "a disk that has room for %i files more at the first opening: unavailable, and available once there is",
    async (left) => {
      const { path: folder } = mountedFolder("size=4m,nr_inodes=20");
      const names: string[] = [];
      const makeFile = () => {
        const path = join(folder, `ballast-${names.length}`);
        writeFileSync(path, "");
        names.push(path);
      };
      expect(() => {
        for (let n = 0; n < 100; n++) makeFile();
      }).toThrow(/ENOSPC/);
      for (let n = 0; n < left; n++) rmSync(names.pop()!);
      const { transport } = await open({ path: join(folder, "attune.db"), operationTimeoutMs: 300 });
      expect(transport.status).toBe("unavailable");
      for (const path of names) rmSync(path);
      await until("it is available", () => transport.status === "available");
      await transport.streams.append([toRequest("t", 1)]);
      expect(await valuesIn(transport, "t")).toEqual([1]);
    },
  );
});
