/** Events: live, paused, looked up, played again, and told where some are missing. */
import { startDashboard } from "@attune/dashboard";
import { EventStreamer } from "@attune/streams";
import { createMemoryTransport } from "@attune/transport-memory";
import type { WatchedPage } from "@attune-tools/browser";
import { expect, it } from "vitest";
import { countListed, readList } from "./listed.ts";
import { seenText } from "./seen-text.ts";
import { sharedBrowser } from "./shared-browser.ts";

const browser = sharedBrowser();
const soon = { timeout: 60_000 };

async function setUp() {
  const ends = new AsyncDisposableStack();
  const transport = ends.use(await createMemoryTransport());
  const streamer = new EventStreamer({ transport });
  const dashboard = ends.use(await startDashboard({ transport, port: 0 }));
  const publish = async (type: string, from: number, count: number) => {
    await streamer.publishEvents(
      Array.from({ length: count }, (_, i) => ({ eventType: type, data: { n: from + i } })),
    );
  };
  return { transport, streamer, dashboard, publish, [Symbol.asyncDispose]: () => ends.disposeAsync() };
}

/** Of the drawn rows, from the top. */
async function numbers(page: WatchedPage): Promise<number[]> {
  const drawn = await page
    .locator(".virtual-item")
    .evaluateAll((items) =>
      items
        .toSorted((one, other) => Number(one.ariaPosInSet) - Number(other.ariaPosInSet))
        .map((item) => item.querySelector(".event-data")?.textContent ?? ""),
    );
  return drawn.map(numberOf);
}

const numberOf = (text: string) => Number(/"n":(\d+)/.exec(text)?.[1]);
const listed = (page: WatchedPage) => expect.poll(() => countListed(page), soon);
const chipCount = (page: WatchedPage, type: string) =>
  page.locator(`.events-types .chip[title="${type}"] .chip-count`);
const falling = (from: number, count: number) => Array.from({ length: count }, (_, i) => from - i);
/** Ids are of milliseconds: what is published behind it is of a later one. */
async function nextMillisecond(): Promise<Date> {
  const now = Date.now();
  await expect.poll(() => Date.now(), soon).toBeGreaterThan(now + 2);
  return new Date(now + 1);
}

it("shows events as they come, filtered by type, found by text", async () => {
  await using scene = await setUp();
  const page = await browser.open(scene.dashboard, "/events");
  await scene.publish("apple", 0, 30);
  await scene.publish("pear", 100, 2);
  await listed(page).toBe(32);
  await expect.poll(() => seenText(chipCount(page, "apple")), soon).toBe("30");
  await expect.poll(() => seenText(chipCount(page, "pear")), soon).toBe("2");

  await page.locator('.events-types .chip[title="pear"]').click();
  await listed(page).toBe(2);
  expect(await numbers(page)).toEqual([101, 100]);
  await scene.publish("apple", 30, 1);
  await scene.publish("pear", 102, 1);
  await listed(page).toBe(3);
  expect(await numbers(page)).toEqual([102, 101, 100]);
  await page.locator('.events-types .chip[title="pear"]').click();
  await listed(page).toBe(34);

  await page.keyboard.press("/");
  await page.keyboard.type('"N":30');
  await listed(page).toBe(1);
  expect(await numbers(page)).toEqual([30]);
  await page.close();
});

it("stands still while it is paused, counts what waits, and loses nothing", async () => {
  await using scene = await setUp();
  const page = await browser.open(scene.dashboard, "/events");
  await scene.publish("tick", 0, 5);
  await listed(page).toBe(5);
  const state = page.locator(".events-state");
  await page.keyboard.press("p");
  await expect.poll(() => seenText(state), soon).toBe("paused");
  await scene.publish("tick", 5, 700);
  await expect.poll(() => seenText(state), soon).toBe("paused, 700 wait");
  expect([await countListed(page), await numbers(page)]).toEqual([5, falling(4, 5)]);
  await page.keyboard.press("p");
  await listed(page).toBe(705);
  expect((await readList(page, ".event-data")).map(numberOf)).toEqual(falling(704, 705));
  await page.close();
});

it("opens one by keyboard, and fetches what was too large to be pushed only then", async () => {
  await using scene = await setUp();
  const page = await browser.open(scene.dashboard, "/events");
  const asked: string[] = [];
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith("/api/events/")) asked.push(pathname);
  });
  await scene.publish("small", 1, 1);
  await listed(page).toBe(1);
  const text = `begin ${"x".repeat(100 * 1024)} end`;
  const id = await scene.streamer.publishEvent("large", { text });
  await listed(page).toBe(2);
  await page.getByText(/^10[01](\.\d)? Ki?B of data$/).waitFor(soon);
  expect(asked).toEqual([]);

  const details = page.getByRole("complementary", { name: "The selected event" });
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await expect.poll(() => details.locator("pre").textContent(), soon).toContain(text);
  expect(asked).toEqual([`/api/events/large/${encodeURIComponent(id)}`]);
  await page.keyboard.press("j");
  await expect.poll(() => details.locator("pre").textContent(), soon).toContain('"n": 1');
  await page.keyboard.press("Escape");
  await details.waitFor({ state: "detached" });
  expect(asked).toHaveLength(1);
  await page.close();
});

it("jumps to a time, as the store has it, and goes back to live", async () => {
  await using scene = await setUp();
  await scene.publish("early", 0, 700);
  const between = await nextMillisecond();
  await scene.publish("late", 5000, 3);
  const page = await browser.open(scene.dashboard, "/events");
  // A page that is new is told the newest ones only.
  await listed(page).toBe(500);

  await page.getByRole("button", { name: "Jump to time" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "1 minute ago" }).click();
  await dialog.getByRole("button", { name: "Jump", exact: true }).click();
  await page.waitForURL(/[?&]at=/);
  await page.getByText(/^Around /).waitFor(soon);
  await listed(page).toBeGreaterThan(0);

  await page.goto(`${scene.dashboard.url}/events?at=${between.toISOString()}`);
  // More is read when somebody scrolls there.
  await listed(page).toBeGreaterThan(3);
  await expect
    .poll(async () => (await readList(page, ".event-data")).map(numberOf), soon)
    .toEqual([5002, 5001, 5000, ...falling(699, 700)]);
  await scene.publish("late", 5003, 1);
  await page.getByRole("button", { name: "Back to live" }).click();
  await expect.poll(async () => (await numbers(page))[0], soon).toBe(5003);
  await expect.poll(() => seenText(page.locator(".events-state")), soon).toBe("live");
  await page.close();
});

it("plays a span again at full speed: its events, each once, in order", async () => {
  await using scene = await setUp();
  await scene.publish("outside", 9000, 3);
  const from = await nextMillisecond();
  await scene.publish("odd", 1, 550);
  await scene.publish("even", 551, 550);
  const to = await nextMillisecond();
  await scene.publish("outside", 9003, 3);
  const page = await browser.open(scene.dashboard, "/events");
  await page.goto(
    `${scene.dashboard.url}/events?${new URLSearchParams({ from: from.toISOString(), to: to.toISOString() })}`,
  );
  await page.getByLabel("Speed").selectOption({ label: "max" });
  await page.getByText("Replay: over").waitFor(soon);
  await page.getByText("1,100 events").waitFor(soon);
  expect((await readList(page, ".event-data")).map(numberOf)).toEqual(falling(1100, 1100));
  await page.close();
});

it("tells in its place what was trimmed while the dashboard was away", async () => {
  await using transport = await createMemoryTransport();
  const streamer = new EventStreamer({ transport });
  const publish = async (from: number, count: number) => {
    await streamer.publishEvents(
      Array.from({ length: count }, (_, i) => ({ eventType: "tick", data: { n: from + i } })),
    );
  };
  const first = await startDashboard({ transport, port: 0 });
  const { url, token } = first;
  const page = await browser.open(first, "/events", {
    expected: [/WebSocket connection to/, /Failed to load resource/],
  });
  await publish(0, 5);
  await listed(page).toBe(5);
  await first.close();
  await page.getByRole("alert").waitFor(soon);
  await publish(5, 50);
  await streamer.trimStream("tick", 4);
  await using again = await startDashboard({ transport, port: Number(new URL(url).port), token });
  expect(again.url).toBe(url);
  await page.getByRole("alert").waitFor({ state: "detached", ...soon });
  await listed(page).toBe(10);
  expect((await readList(page, ".event-data, .event-gap")).map((text) => numberOf(text) || text)).toEqual([
    ...falling(54, 4),
    "46 events of tick were trimmed before they could be read",
    ...falling(4, 4),
    '{"n":0}',
  ]);
  await page.close();
});
