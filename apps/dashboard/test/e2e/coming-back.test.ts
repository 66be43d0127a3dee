/** The dashboard's server and the store are killed or stand still, and come back while a page is open: it catches up by itself. */
import { startDashboard } from "@attune/dashboard";
import { EventStreamer } from "@attune/streams";
import { openTransport, silentLogger } from "@attune/transport";
import { createMemoryTransport } from "@attune/transport-memory";
import type { WatchedPage } from "@attune-tools/browser";
import { startRedis } from "@attune-tools/redis-server";
import { expect, it, onTestFinished } from "vitest";
import { startDashboardProcess } from "./dashboard-process.ts";
import { hearEvents } from "./heard-events.ts";
import { countListed } from "./listed.ts";
import { seenText } from "./seen-text.ts";
import { enter, sharedBrowser } from "./shared-browser.ts";

const browser = sharedBrowser();
const soon = { timeout: 60_000 };
/** What a browser says of a server that is away. */
const away = { expected: [/WebSocket connection to/, /Failed to load resource/] };

/** What the page itself counts: by type, and in its list. */
async function shownCounts(page: WatchedPage): Promise<{ even: number; odd: number; listed: number }> {
  const count = (type: string) => seenText(page.locator(`.events-types .chip[title="${type}"] .chip-count`));
  const [even, odd] = [await count("even"), await count("odd")];
  return {
    even: Number(even.replaceAll(",", "")),
    odd: Number(odd.replaceAll(",", "")),
    listed: await countListed(page),
  };
}

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
  const page = await browser.newPage(away);
  const heard = hearEvents(page);
  await enter(page, dashboard, "/events");
  const url = page.url();
  const opened = await page.evaluate(() => performance.timeOrigin);
  const publisher = await publisherOn(redis.url);
  const published = (count: number) =>
    expect.poll(() => publisher.stored.length, soon).toBeGreaterThan(count);
  const numbers = () => heard.events.map(({ data }) => (data as { n: number }).n);
  const live = page.locator(".live-live");

  await published(100);
  await expect.poll(() => numbers().length, soon).toBeGreaterThan(100);
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

  const isShown = () => {
    const shown = new Set(numbers());
    return stored.every((n) => shown.has(n));
  };
  await expect.poll(isShown, soon).toBe(true);
  const shown = numbers();
  const lost = stored.filter((n) => !shown.includes(n)).length;
  const doubled = shown.length - new Set(shown).size;
  console.log(
    `published ${stored.length} known to be stored, ${unsure} not known; shown ${shown.length}, lost ${lost}, doubled ${doubled}; connections ${JSON.stringify(heard.snapshots.map(({ resumed, missed }) => ({ resumed, missed })))}`,
  );
  expect({ lost, doubled, gaps: heard.gaps }).toEqual({ lost: 0, doubled: 0, gaps: [] });
  for (const odd of [0, 1]) {
    const ofType = shown.filter((n) => n % 2 === odd);
    expect(ofType).toEqual(ofType.toSorted((one, other) => one - other));
  }
  const even = shown.filter((n) => n % 2 === 0).length;
  await expect
    .poll(() => shownCounts(page), soon)
    .toEqual({ even, odd: shown.length - even, listed: shown.length });
  // The same page, never loaded anew.
  expect([page.url(), await page.evaluate(() => performance.timeOrigin)]).toEqual([url, opened]);
});

it("says that the store does not answer while it stands still, and then shows every event once", async () => {
  await using redis = await startRedis();
  await using dashboard = await startDashboard({ url: redis.url, port: 0, logger: silentLogger });
  const page = await browser.newPage(away);
  const heard = hearEvents(page);
  await enter(page, dashboard, "/events");
  const publisher = await publisherOn(redis.url);
  const published = (count: number) =>
    expect.poll(() => publisher.stored.length, soon).toBeGreaterThan(count);
  await published(50);

  redis.pause();
  const notice = page.getByRole("alert");
  await expect.poll(() => seenText(notice), soon).toMatch(/^The store has not answered since/);
  expect(await seenText(page.locator("header .live"))).toBe("store away");
  redis.resume();
  await notice.waitFor({ state: "detached", ...soon });
  await published(publisher.stored.length + 50);
  const { stored } = await publisher.end();

  const numbers = () => heard.events.map(({ data }) => (data as { n: number }).n);
  const isShown = () => {
    const shown = new Set(numbers());
    return stored.every((n) => shown.has(n));
  };
  await expect.poll(isShown, soon).toBe(true);
  expect([numbers().length, heard.gaps]).toEqual([new Set(numbers()).size, []]);
  // The dashboard was there all the time.
  expect(heard.snapshots.slice(1).filter(({ resumed }) => !resumed)).toEqual([]);
  const even = numbers().filter((n) => n % 2 === 0).length;
  await expect
    .poll(() => shownCounts(page), soon)
    .toEqual({ even, odd: numbers().length - even, listed: numbers().length });
  await page.close();
});

it("says that it has to be opened by the new link when the server has another token, and asks seldom", async () => {
  await using transport = await createMemoryTransport();
  const first = await startDashboard({ transport, port: 0 });
  const page = await browser.newPage(away);
  let asked = 0;
  page.on("websocket", () => (asked += 1));
  page.on("request", () => (asked += 1));
  await enter(page, first, "/events");
  await first.close();
  const notice = page.getByRole("alert");
  await notice.waitFor(soon);
  await using again = await startDashboard({ transport, port: Number(new URL(first.url).port) });
  expect(again.url).toBe(first.url);
  await expect.poll(() => seenText(notice), soon).toContain("open the link that it printed");
  expect(await seenText(page.locator("header .live"))).toBe("not let in");

  // Longer and longer pauses, each ended by a connection and the question why that is refused.
  const before = asked;
  await page.waitForTimeout(5000);
  expect(asked - before).toBeLessThan(20);
  expect(await seenText(notice)).toContain("open the link that it printed");
  await enter(page, again, "/events");
  expect(await notice.count()).toBe(0);
  await page.close();
});
