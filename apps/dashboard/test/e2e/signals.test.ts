/** Signals: listed and drawn as they are sent, by type, one by one; and a picture that rests while nobody sends any. */
import { startDashboard } from "@attune/dashboard";
import { CoordinationSignals } from "@attune/signals";
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
  const dashboard = ends.use(await startDashboard({ transport, port: 0 }));
  const agent = (agentId: string) => new CoordinationSignals({ transport, agentId, enableStreaming: true });
  return { dashboard, agent, [Symbol.asyncDispose]: () => ends.disposeAsync() };
}

const listed = (page: WatchedPage) => expect.poll(() => countListed(page), soon);
const types = async (page: WatchedPage) => (await readList(page, ".signal-type")).map((text) => text.trim());
const picture = (page: WatchedPage) => page.getByRole("img", { name: /^Flow of signals/ });

/** How many points of the picture that stands still have a colour. */
function drawnPoints(page: WatchedPage): Promise<number> {
  return page
    .locator(".flow-picture canvas")
    .first()
    .evaluate((canvas) => {
      const { width, height } = canvas as HTMLCanvasElement;
      const context = (canvas as HTMLCanvasElement).getContext("2d")!;
      const { data } = context.getImageData(0, 0, width, height);
      let points = 0;
      for (let i = 3; i < data.length; i += 4) if (data[i]! > 0) points += 1;
      return points;
    });
}

it("lists and draws a signal when it is sent, with its payload, and those to all", async () => {
  await using scene = await setUp();
  const page = await browser.open(scene.dashboard, "/signals");
  await page.getByRole("heading", { name: "No signals yet" }).waitFor(soon);
  const builder = scene.agent("builder");
  await builder.signal({ signalType: "ready", targetAgent: "tester", payload: { commit: "9f3c" } });
  await listed(page).toBe(1);
  await expect
    .poll(() => picture(page).getAttribute("aria-label"), soon)
    .toBe("Flow of signals between 2 agents, 1 in the last minute. Most of them from builder to tester: 1.");
  await expect.poll(() => drawnPoints(page), soon).toBeGreaterThan(100);

  await page.locator(".signal-row").first().click();
  const details = page.getByRole("region", { name: "Signal", exact: true });
  await expect.poll(() => seenText(details), soon).toMatch(/ready[\s\S]*builder[\s\S]*tester[\s\S]*"9f3c"/);
  await page.keyboard.press("Escape");
  await details.waitFor({ state: "detached" });

  await builder.broadcast({ signalType: "stop", payload: { why: "broken" } });
  await listed(page).toBe(2);
  const newest = page.locator(".signal-row").first();
  await expect.poll(() => seenText(newest), soon).toMatch(/stop[\s\S]*builder\s+→\s+all[\s\S]*broken/);
  await page.close();
});

it("shows the chosen types only, those that come later included", async () => {
  await using scene = await setUp();
  const page = await browser.open(scene.dashboard, "/signals");
  const [one, other] = [scene.agent("one"), scene.agent("other")];
  await one.signal({ signalType: "go", targetAgent: "other" });
  await one.signal({ signalType: "done", targetAgent: "other" });
  await listed(page).toBe(2);
  await page.locator(".legend .chip", { hasText: "go" }).click();
  await listed(page).toBe(1);
  await other.signal({ signalType: "done", targetAgent: "one" });
  await other.signal({ signalType: "go", targetAgent: "one" });
  await listed(page).toBe(2);
  expect(await types(page)).toEqual(["go", "go"]);
  await page.getByRole("button", { name: "All types" }).click();
  await listed(page).toBe(4);
  expect(await types(page)).toEqual(["go", "done", "done", "go"]);
  await page.close();
});

it.each(["reduce", "no-preference"] as const)(
  "asks for no frames while nothing is sent, with motion: %s",
  async (reducedMotion) => {
    await using scene = await setUp();
    const page = await browser.newPage({ reducedMotion });
    await page.addInitScript(() => {
      const counted = window as unknown as { frames: number };
      counted.frames = 0;
      const original = window.requestAnimationFrame.bind(window);
      window.requestAnimationFrame = (callback) => {
        counted.frames += 1;
        return original(callback);
      };
    });
    await page.goto(`${scene.dashboard.link.replace("/?", "/signals?")}`);
    const builder = scene.agent("builder");
    const send = async () => {
      for (let n = 0; n < 6; n++) {
        await builder.signal({ signalType: "ready", targetAgent: `tester-${n}`, payload: { n } });
      }
    };
    await send();
    await listed(page).toBe(6);
    await expect
      .poll(() => picture(page).getAttribute("aria-label"), soon)
      .toContain("between 7 agents, 6 in");
    // On ways that are drawn already they are seen to travel.
    const frames = () => page.evaluate(() => (window as unknown as { frames: number }).frames);
    const framesBefore = await frames();
    await send();
    await listed(page).toBe(12);
    await expect.poll(frames, soon).toBeGreaterThan(framesBefore);
    const framesOfASecond = () =>
      page.evaluate(async () => {
        const counted = window as unknown as { frames: number };
        const before = counted.frames;
        await new Promise((resolve) => setTimeout(resolve, 1000));
        return counted.frames - before;
      });
    // What is under way arrives, and the picture finds its form.
    await expect.poll(framesOfASecond, { timeout: 60_000, interval: 1 }).toBe(0);
    await page.close();
  },
);
