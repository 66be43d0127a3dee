/** Server and store are killed while pages look: nothing is lost, nothing is shown twice. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openTransport } from "@attune/transport";
import { loggerInto, until } from "@attune-tools/every-store";
import { freePort, startRedis } from "@attune-tools/redis-server";
import type {} from "@attune-tools/redis-server/vitest-global-setup";
import { expect, inject, onTestFinished, test } from "vitest";
import { NumberedEvents } from "../numbered-events.ts";
import { PageClient, type PageMemory } from "../page-client.ts";
import { runDashboard } from "../running-dashboard.ts";
import { type Program, run } from "./programs.ts";

/** Left out, with the rest of Redis, by ATTUNE_TEST_REDIS=skip. */
const faultTest = test.skipIf(inject("redisUrl") === "");

const none = { lost: 0, doubled: 0, outOfOrder: 0 };
const longMs = 60_000;

async function durableRedis() {
  const redis = await startRedis({ appendOnly: true, args: ["--appendfsync", "always"] });
  onTestFinished(() => redis.stop());
  const transport = await openTransport(redis.url, { logger: loggerInto([]) });
  onTestFinished(() => transport.close());
  return { redis, numbered: new NumberedEvents(transport, ["a", "b", "c"]) };
}

/** Publishes until it is stopped; what is not known to be stored is not counted as sent. */
function publishing(numbered: NumberedEvents) {
  let stopped = false;
  const done = numbered.publishUntil(() => stopped);
  return async () => {
    stopped = true;
    await done;
  };
}

/** Some may be stored without being known to be: shown they may be all the same. */
function expectWhole(numbered: NumberedEvents, memory: PageMemory) {
  const counts = numbered.counts(memory.events);
  expect(counts).toMatchObject(none);
  expect(counts.shown).toBeGreaterThanOrEqual(counts.sent);
  expect(memory.gaps).toEqual([]);
  return counts;
}

async function someMore(numbered: NumberedEvents, count: number): Promise<void> {
  const { sent } = numbered;
  await until("some more are sent", () => numbered.sent > sent + count, longMs);
}

async function shown(numbered: NumberedEvents, memory: PageMemory): Promise<void> {
  await until("all are shown", () => numbered.counts(memory.events).lost === 0, longMs);
}

faultTest(
  "pages that stay connected over kill -9 of the store are shown all, once and in order",
  async () => {
    const { redis, numbered } = await durableRedis();
    const dashboard = await runDashboard({ url: redis.url });
    const page = await dashboard.connect();
    await page.told();
    const stop = publishing(numbered);
    for (let round = 0; round < 3; round++) {
      await someMore(numbered, 100);
      await redis.kill();
      await page.until(
        "it is told that the store is away",
        ({ parts }) => parts.store?.status === "unavailable",
      );
      await redis.start();
      await page.until(
        "it is told that the store is back",
        ({ parts }) => parts.store?.status === "available",
        longMs,
      );
    }
    await someMore(numbered, 100);
    await stop();
    await shown(numbered, page.memory);
    console.info(`3 x kill -9 of Redis: ${JSON.stringify(expectWhole(numbered, page.memory))}`);
    expect(page.memory.snapshots).toHaveLength(1);
    expect(page.isClosed).toBe(false);
  },
  longMs * 2,
);

faultTest(
  "pages that come back while the store is away keep what they have, and are given the rest when it is back",
  async () => {
    const { redis, numbered } = await durableRedis();
    const dashboard = await runDashboard({ url: redis.url });
    let page = await dashboard.connect();
    await page.told();
    const stop = publishing(numbered);
    for (let round = 0; round < 3; round++) {
      await someMore(numbered, 50);
      const memory = page.terminate();
      await someMore(numbered, 50);
      await redis.kill();
      const other = await runDashboard({ url: redis.url });
      page = await other.connect({ memory });
      expect((await page.told()).resumed).toBe(true);
      await redis.start();
      await someMore(numbered, 50);
      await shown(numbered, page.memory);
    }
    await stop();
    await shown(numbered, page.memory);
    console.info(
      `3 x another server while Redis was dead: ${JSON.stringify(expectWhole(numbered, page.memory))}`,
    );
    expect(page.memory.snapshots.every(({ resumed }, index) => resumed || index === 0)).toBe(true);
  },
  longMs * 2,
);

faultTest(
  "a page that comes before the store has ever answered is shown what was there, and all that follows",
  async () => {
    const { redis, numbered } = await durableRedis();
    await numbered.publish(100);
    await redis.kill();
    const alerts = { store_unavailable: { for_ms: 500 } };
    const dashboard = await runDashboard({ url: redis.url, alerts });
    const page = await dashboard.connect();
    expect(await page.told()).toMatchObject({ store: { status: "unavailable" }, positions: [], events: [] });
    await page.until(
      "the alert fires",
      ({ parts }) => parts.alerts?.[0]?.rule === "store_unavailable",
      longMs,
    );
    await redis.start();
    const stop = publishing(numbered);
    await someMore(numbered, 100);
    await stop();
    await shown(numbered, page.memory);
    expectWhole(numbered, page.memory);
    await page.until("the alert is over", ({ parts }) => parts.alerts?.[0]?.resolved_at !== null, longMs);
  },
  longMs * 2,
);

faultTest(
  "pages are whole over kill -9 of the server, of the store, and of both at once",
  async () => {
    const { redis, numbered } = await durableRedis();
    const webRoot = await mkdtemp(join(tmpdir(), "attune-web-"));
    onTestFinished(() => rm(webRoot, { recursive: true, force: true }));
    await writeFile(join(webRoot, "index.html"), "<!doctype html>");
    const port = await freePort();
    const token = "a-token-for-this-test-only";
    const url = `http://127.0.0.1:${port}`;
    const start = () => run("dashboard.ts", redis.url, String(port), token, webRoot);
    let server: Program = start();
    await server.ready;
    const connect = async (memory?: PageMemory) => {
      const page = new PageClient({ url, token, memory });
      onTestFinished(() => void page.terminate());
      await page.opened;
      expect((await page.told(longMs)).resumed).toBe(memory !== undefined);
      return page;
    };
    const pages = [await connect(), await connect()];
    const stop = publishing(numbered);
    for (const victims of ["server", "store", "both"]) {
      await someMore(numbered, 100);
      await Promise.all([
        victims === "store" ? undefined : server.kill(),
        victims === "server" ? undefined : redis.kill(),
      ]);
      if (victims !== "store") {
        server = start();
        await server.ready;
      }
      // The page comes back to a server whose store is still away.
      for (const [index, page] of pages.entries()) {
        if (victims !== "store") await page.closed;
        pages[index] = await connect(page.terminate());
      }
      await redis.start();
      await someMore(numbered, 50);
      for (const { memory } of pages) await shown(numbered, memory);
    }
    await stop();
    for (const { memory } of pages) {
      await shown(numbered, memory);
      console.info(`kill -9 of server, store, both: ${JSON.stringify(expectWhole(numbered, memory))}`);
    }
  },
  longMs * 2,
);
