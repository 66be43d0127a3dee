/** Every view: accessible in both colours, readable on a phone, by keyboard, and showing texts as texts. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDashboard } from "@attune/dashboard";
import { openTransport } from "@attune/transport";
import { createMemoryTransport } from "@attune/transport-memory";
import { findAxeProblems, type WatchedPage } from "@attune-tools/browser";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sampleFleet } from "./sample-fleet.ts";
import { sharedBrowser } from "./shared-browser.ts";

const browser = sharedBrowser();
/** `ATTUNE_SCREENSHOTS=1 npm run test:e2e` takes those of the documentation anew. */
const pictures =
  process.env.ATTUNE_SCREENSHOTS === "1"
    ? join(import.meta.dirname, "../../../../docs/dashboard")
    : undefined;

const views = [
  { name: "fleet", path: "/", shows: "code-review-00" },
  { name: "agent", path: "/agents/code-review-00", shows: "Timeline" },
  { name: "signals", path: "/signals", shows: "review" },
  { name: "events", path: "/events", shows: "build_done" },
  { name: "approvals", path: "/approvals", shows: "2026.11.22" },
  { name: "quality", path: "/quality", shows: "find-bugs" },
  { name: "health", path: "/health", shows: "indexer" },
] as const;

/** One for all that only look at it: on a file, at work, with an agent that is lost and one that is stuck. */
async function workingFleet() {
  const ends = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "attune-"));
  ends.defer(() => rm(folder, { recursive: true, force: true }));
  const transport = ends.use(await openTransport(`sqlite:${join(folder, "fleet.db")}`));
  const fleet = ends.use(await sampleFleet({ transport, paceMs: pictures ? 60 : 5 }));
  const dashboard = ends.use(await startDashboard({ url: transport.location, port: 0 }));
  fleet.workOn();
  return { dashboard, end: () => ends.disposeAsync() };
}

/** What is wider than the page, or than its own place in it: of the page, its head, its navigation, its view. */
async function tooWide(page: WatchedPage): Promise<string[]> {
  return page.evaluate(() =>
    ["html", "header.masthead", "nav", "main"].flatMap((selector) => {
      const element = document.querySelector(selector)!;
      const { right } = element.getBoundingClientRect();
      const isFitting = element.scrollWidth <= element.clientWidth && right <= innerWidth;
      return isFitting ? [] : [`${selector} needs ${element.scrollWidth} of ${element.clientWidth} pixels`];
    }),
  );
}

describe("of a fleet at work", () => {
  let scene: Awaited<ReturnType<typeof workingFleet>>;
  beforeAll(async () => {
    scene = await workingFleet();
  });
  afterAll(() => scene?.end());

  describe.each(["light", "dark"] as const)("in %s colours", (colorScheme) => {
    it("axe finds nothing serious in any view, and no view needs to be scrolled sideways", async () => {
      const { dashboard } = scene;
      const page = await browser.open(dashboard, "/", { colorScheme, reducedMotion: "reduce" });
      const problems: string[] = [];
      for (const { name, path, shows } of views) {
        await page.goto(`${dashboard.url}${path}`);
        await page.getByText(shows).first().waitFor();
        for (const problem of await findAxeProblems(page)) problems.push(`${name}: ${problem}`);
        for (const problem of await tooWide(page)) problems.push(`${name}: ${problem}`);
        await picture(page, `${name}-${colorScheme}`);
      }
      expect(problems).toEqual([]);
      await page.close();
    });

    it.each([360, 390])("the same on a phone that is %i pixels wide", async (width) => {
      const { dashboard } = scene;
      const viewport = { width, height: 740 };
      const page = await browser.open(dashboard, "/", { colorScheme, viewport, reducedMotion: "reduce" });
      const problems: string[] = [];
      for (const { name, path, shows } of views) {
        await page.goto(`${dashboard.url}${path}`);
        // On a phone a list fills the view, and what it is about is a step further.
        if (name === "approvals") await page.getByText("deploy", { exact: true }).first().click();
        await page.getByText(shows).first().waitFor();
        if (name === "approvals") await page.getByRole("button", { name: "All requests" }).waitFor();
        for (const problem of await tooWide(page)) problems.push(`${name}: ${problem}`);
        if (width > 360) continue;
        for (const problem of await findAxeProblems(page)) problems.push(`${name}: ${problem}`);
        if (colorScheme === "light") await picture(page, `phone-${name}-light`);
      }
      expect(problems).toEqual([]);
      await page.close();
    });
  });

  it("is used by keyboard: views, search, rows, the list of keys", async () => {
    const page = await browser.open(scene.dashboard, "/");
    for (const [key, path] of [
      ["s", "/signals"],
      ["e", "/events"],
      ["a", "/approvals"],
      ["q", "/quality"],
      ["h", "/health"],
      ["f", "/"],
    ] as const) {
      await page.keyboard.press("g");
      await page.keyboard.press(key);
      await page.waitForURL((url) => url.pathname === path);
    }
    await page.getByText("code-review-00").first().waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("release-01");
    await page.keyboard.press("Escape");
    await page.getByText("code-review-00").waitFor({ state: "detached" });
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/agents\/release-01$/);
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.close();
  });

  it("shows who is lost first, also when nothing changes any more", async () => {
    const page = await browser.open(scene.dashboard, "/");
    await page.locator(".virtual-item").first().getByText("triage-14").waitFor();
    await page.close();
  });
});

async function picture(page: WatchedPage, name: string): Promise<void> {
  if (!pictures) return;
  await mkdir(pictures, { recursive: true });
  // Curves and lists have something to show.
  await new Promise((resolve) => setTimeout(resolve, name.includes("health") ? 9000 : 900));
  await page.screenshot({ path: join(pictures, `${name}.png`) });
}

it("axe finds nothing serious while there is nothing to show, and each view tells how to begin", async () => {
  await using transport = await createMemoryTransport();
  await using dashboard = await startDashboard({ transport, port: 0 });
  const page = await browser.open(dashboard, "/");
  const problems: string[] = [];
  for (const { name, path } of views) {
    await page.goto(`${dashboard.url}${path}`);
    await page.locator(".live-live").waitFor();
    for (const problem of await findAxeProblems(page)) problems.push(`${name}: ${problem}`);
    if (name === "agent" || name === "health") continue;
    await page.locator("main pre").first().waitFor();
  }
  expect(problems).toEqual([]);
  await page.close();
});

it("shows whatever agents write as text, in every field of every view", async () => {
  await using transport = await createMemoryTransport();
  const evil = (plain: string) => `${plain}<img src=x onerror="document.title='pwned'">`;
  await using _fleet = await sampleFleet({ transport, agents: 16, text: evil });
  await using dashboard = await startDashboard({ transport, port: 0 });
  const page = await browser.open(dashboard, "/");
  const paths = views.map(({ path }) =>
    path.startsWith("/agents/") ? `/agents/${encodeURIComponent(evil("code-review-00"))}` : path,
  );
  for (const path of paths) {
    await page.goto(`${dashboard.url}${path}`);
    await page.locator(".live-live").waitFor();
    if (path !== "/health") await page.getByText("<img src=x onerror").first().waitFor();
    expect(await page.locator("img[src='x']").count()).toBe(0);
    expect(await page.title()).not.toBe("pwned");
  }
  // An image that was asked for would have been a problem of the page.
  await page.close();
});

it("a read-only dashboard offers no decision", async () => {
  await using transport = await createMemoryTransport();
  await using _fleet = await sampleFleet({ transport, agents: 16 });
  await using dashboard = await startDashboard({ transport, port: 0, readOnly: true });
  const page = await browser.open(dashboard, "/approvals");
  await page.getByText("2026.11.22").first().waitFor();
  expect(await page.getByRole("button", { name: /approve|reject/i }).count()).toBe(0);
  await page.keyboard.press("a");
  expect(await page.getByRole("dialog").count()).toBe(0);
  await page.close();
});
