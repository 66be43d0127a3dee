/** Every view: accessible in both colours, readable on a phone, by keyboard, and showing texts as texts. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { startDashboard } from "@attune/dashboard";
import { createMemoryTransport } from "@attune/transport-memory";
import { findAxeProblems, type NewPageOptions } from "@attune-tools/browser";
import { describe, expect, it } from "vitest";
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

async function shown(options: NewPageOptions = {}) {
  const transport = await createMemoryTransport();
  await sampleFleet({ transport });
  const dashboard = await startDashboard({ transport, port: 0 });
  const page = await browser.open(dashboard, "/", options);
  return {
    page,
    dashboard,
    async [Symbol.asyncDispose]() {
      await page.close();
      await dashboard.close();
      await transport.close();
    },
  };
}

describe.each(["light", "dark"] as const)("in %s colours", (colorScheme) => {
  it("axe finds nothing serious in any view, and no view needs to be scrolled sideways", async () => {
    await using scene = await shown({ colorScheme, reducedMotion: "reduce" });
    const { page, dashboard } = scene;
    const problems: string[] = [];
    for (const { name, path, shows } of views) {
      await page.goto(`${dashboard.url}${path}`);
      await page.getByText(shows).first().waitFor();
      for (const problem of await findAxeProblems(page)) problems.push(`${name}: ${problem}`);
      const [width, needed] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth]);
      if (needed! > width!) problems.push(`${name}: needs ${needed} of ${width} pixels`);
      if (!pictures) continue;
      await mkdir(pictures, { recursive: true });
      await page.screenshot({ path: join(pictures, `${name}-${colorScheme}.png`) });
    }
    expect(problems).toEqual([]);
  });

  it("the same on a phone", async () => {
    await using scene = await shown({
      colorScheme,
      viewport: { width: 360, height: 740 },
      reducedMotion: "reduce",
    });
    const { page, dashboard } = scene;
    const problems: string[] = [];
    for (const { name, path, shows } of views) {
      await page.goto(`${dashboard.url}${path}`);
      // On a phone a list fills the view, and what it is about is a step further.
      if (name === "approvals") await page.getByText("deploy", { exact: true }).first().click();
      await page.getByText(shows).first().waitFor();
      for (const problem of await findAxeProblems(page)) problems.push(`${name}: ${problem}`);
      const [width, needed] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth]);
      if (needed! > width!) problems.push(`${name}: needs ${needed} of ${width} pixels`);
      if (pictures) await page.screenshot({ path: join(pictures, `phone-${name}-${colorScheme}.png`) });
    }
    expect(problems).toEqual([]);
  });
});

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
  await sampleFleet({ transport, agents: 12, text: evil });
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

it("is used by keyboard: views, search, rows, the list of keys", async () => {
  await using scene = await shown();
  const { page } = scene;
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
});

it("a read-only dashboard offers no decision", async () => {
  await using transport = await createMemoryTransport();
  await sampleFleet({ transport, agents: 12 });
  await using dashboard = await startDashboard({ transport, port: 0, readOnly: true });
  const page = await browser.open(dashboard, "/approvals");
  await page.getByText("2026.11.22").first().waitFor();
  expect(await page.getByRole("button", { name: /approve|reject/i }).count()).toBe(0);
  await page.keyboard.press("a");
  expect(await page.getByRole("dialog").count()).toBe(0);
  await page.close();
});
