/** A group shared by processes: each entry to one of them, and what a killed one had is claimed by the others. Counted. */
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { GroupWorker, type WorkArgument } from "./support/group-worker.ts";
import { integrityOf, sound } from "./support/losses.ts";
import { open, toRequest } from "./support/opened.ts";
import { scratchFolder } from "./support/scratch-folder.ts";
import { range } from "./support/timed-store.ts";
import { until } from "./support/until.ts";

// A busy machine takes its time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const eventType = "work";
const group = "workers";

async function openStore() {
  const path = join(scratchFolder(), "attune.db");
  const { transport } = await open({ path });
  await transport.groups.create({ eventType, group, from: "beginning" });
  const startWorker = (consumer: string, more: Partial<WorkArgument> = {}) =>
    GroupWorker.open({
      url: `sqlite:${path}`,
      eventType,
      group,
      consumer,
      count: 7,
      holdsEvery: Number.MAX_SAFE_INTEGER,
      ...more,
    });
  const { streams, groups } = transport;
  return { path, transport, streams, groups, startWorker };
}

const events = (count: number) => range(count).map((n) => toRequest(eventType, n));

describe("processes that share a group", () => {
  it("get each entry once over all of them, while others are published", async () => {
    const { streams, groups, startWorker } = await openStore();
    const ids = await streams.append(events(1000));
    const workers = await Promise.all(["a", "b", "c"].map((consumer) => startWorker(consumer)));
    for (const worker of workers) worker.start();
    await until("each has had some", async () => {
      ids.push(...(await streams.append(events(20))));
      return ids.length >= 3000 && workers.every(({ delivered }) => delivered.length > 0);
    });
    const told = () => workers.flatMap(({ acknowledged }) => acknowledged);
    await until("all is done", () => told().length >= ids.length);
    await Promise.all(workers.map((worker) => worker.end()));
    const delivered = workers.flatMap((worker) => worker.delivered);
    console.info(
      `${ids.length} published; delivered ${workers.map((worker) => worker.delivered.length).join(" + ")}, distinct ${new Set(delivered).size}; acknowledged ${told().length}`,
    );
    expect(delivered.sort()).toEqual([...ids].sort());
    expect(told().sort()).toEqual([...ids].sort());
    expect(await groups.states(eventType)).toMatchObject([{ pending: 0, lag: 0 }]);
  });

  it("lose nothing when one is killed -9: what it had is claimed, once, and nothing of what it was done with", async () => {
    const { path, streams, groups, startWorker, transport } = await openStore();
    const ids = await streams.append(events(500));
    const killed: GroupWorker[] = [];
    for (const n of range(5)) {
      const worker = await startWorker(`killed ${n}`, { count: 10 + n, holdsEvery: 4 });
      worker.start();
      await until("it is at work", async () => {
        ids.push(...(await streams.append(events(20))));
        return worker.delivered.length > 100;
      });
      await worker.kill();
      killed.push(worker);
    }
    ids.push(...(await streams.append(events(20))));
    const member = { eventTypes: [eventType], group, consumer: "survivor" };
    const [fresh] = await groups.read({ ...member, count: 10_000 });
    const [claimed] = await groups.claim({ ...member, count: 10_000, minIdleMs: 0 });
    const known = new Set(fresh!.deliveries.map(({ entry }) => entry.id));
    const taken = claimed!.deliveries.filter(({ entry }) => !known.has(entry.id));
    expect(claimed!.deliveries).toHaveLength(taken.length + known.size);
    expect(taken.every(({ deliveries }) => deliveries === 2)).toBe(true);

    // What a worker acknowledged just before the kill it may not have told.
    const acknowledged = new Set(killed.flatMap((worker) => worker.acknowledged));
    const delivered = killed.flatMap((worker) => worker.delivered);
    const claimedIds = taken.map(({ entry }) => entry.id);
    const untold = ids.filter((id) => !acknowledged.has(id) && !known.has(id) && !claimedIds.includes(id));
    console.info(
      `5 x kill -9: ${ids.length} published, ${delivered.length} told as delivered, ${acknowledged.size} as acknowledged; claimed ${taken.length}, new ${known.size}, acknowledged but untold ${untold.length}`,
    );
    expect(new Set(delivered).size).toBe(delivered.length);
    expect(claimedIds.filter((id) => acknowledged.has(id))).toEqual([]);
    expect(delivered.filter((id) => !acknowledged.has(id) && !claimedIds.includes(id))).toEqual([]);
    // At most what one read of each has given.
    expect(untold.length).toBeLessThanOrEqual(5 * 14);
    const entries = claimed!.deliveries.map(({ entry, token }) => ({ id: entry.id, token }));
    const done = await groups.acknowledge({ eventType, group, entries });
    expect(done.filter(Boolean)).toHaveLength(entries.length);
    expect(await groups.states(eventType)).toMatchObject([{ pending: 0, lag: 0 }]);
    await transport.close();
    expect(integrityOf(path)).toEqual(sound);
  });

  it("tell of what was missed once over all of them", async () => {
    const { path, streams, groups } = await openStore();
    const { transport: other } = await open({ path });
    await streams.append(events(2000));
    await streams.trim(eventType, 500);
    const member = { eventTypes: [eventType], group, consumer: "c" };
    const readings = await Promise.all(
      range(20).map((n) => (n % 2 === 0 ? groups : other.groups).read({ ...member, count: 30 })),
    );
    const missed = readings.flat().reduce((sum, reading) => sum + reading.missed!, 0);
    const delivered = readings.flat().flatMap(({ deliveries }) => deliveries.map(({ entry }) => entry.id));
    expect(missed).toBe(1500);
    expect([delivered.length, new Set(delivered).size]).toEqual([500, 500]);
  });
});
