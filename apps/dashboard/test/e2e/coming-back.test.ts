/** The dashboard's server and the store are killed and come back while a page is open: it catches up by itself. */
import { EventStreamer } from "@attune/streams";
import { openTransport, silentLogger } from "@attune/transport";
import { startRedis } from "@attune-tools/redis-server";
import { expect, it, onTestFinished } from "vitest";
import { startDashboardProcess } from "./dashboard-process.ts";
import { hearEvents } from "./heard-events.ts";
import { enter, sharedBrowser } from "./shared-browser.ts";

const browser = sharedBrowser();

/** Publishes numbers, one after the other, and knows which of them are stored. */
async function publisherOn(url: string) {
  const transport = await openTransport(url, { logger: silentLogger });
  const streamer = new EventStreamer({ transport });
  const stored: number[] = [];
  let unsure = 0;
  let next = 0;
  let ended = false;
  const publishing = (async () => {
    while (!ended) {
      const n = next++;
      const id = await streamer.publishEvent(n % 2 === 0 ? "even" : "odd", { n });
      if (id === "") unsure += 1;
      else stored.push(n);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  const end = async () => {
    ended = true;
    await publishing;
    await transport.close();
    return { stored, unsure };
  };
  onTestFinished(async () => void (await end()));
  return { stored, end };
}

it("shows every event once when the server is killed, and when the store is", async () => {
  await using redis = await startRedis({ appendOnly: true, args: ["--appendfsync", "always"] });
  await using dashboard = await startDashboardProcess(redis.url);
  const page = await browser.newPage({ expected: [/WebSocket connection to/, /Failed to load resource/] });
  const heard = hearEvents(page);
  await enter(page, dashboard, "/events");
  const url = page.url();
  const opened = await page.evaluate(() => performance.timeOrigin);
  const publisher = await publisherOn(redis.url);
  const published = (count: number) =>
    expect.poll(() => publisher.stored.length, { timeout: 60_000 }).toBeGreaterThan(count);
  const numbers = () => heard.events.map(({ data }) => (data as { n: number }).n);
  const live = page.locator(".live-live");

  await published(100);
  await expect.poll(() => numbers().length, { timeout: 60_000 }).toBeGreaterThan(100);
  await dashboard.kill();
  await page.getByRole("alert").waitFor();
  await published(publisher.stored.length + 100);
  await dashboard.start();
  await live.waitFor();
  await published(publisher.stored.length + 100);

  await redis.kill();
  await page.getByRole("alert").waitFor();
  await redis.start();
  await page.getByRole("alert").waitFor({ state: "detached" });
  await published(publisher.stored.length + 100);
  const { stored, unsure } = await publisher.end();

  await expect.poll(() => numbers().length, { timeout: 60_000 }).toBeGreaterThanOrEqual(stored.length);
  const shown = numbers();
  const lost = stored.filter((n) => !shown.includes(n)).length;
  const doubled = shown.length - new Set(shown).size;
  console.log(
    `published ${stored.length} known to be stored, ${unsure} not known; shown ${shown.length}, lost ${lost}, doubled ${doubled}; connections ${JSON.stringify(heard.snapshots)}`,
  );
  expect({ lost, doubled, gaps: heard.gaps }).toEqual({ lost: 0, doubled: 0, gaps: [] });
  for (const odd of [0, 1]) {
    const ofType = shown.filter((n) => n % 2 === odd);
    expect(ofType).toEqual(ofType.toSorted((one, other) => one - other));
  }
  // The same page, never loaded anew.
  expect([page.url(), await page.evaluate(() => performance.timeOrigin)]).toEqual([url, opened]);
});
