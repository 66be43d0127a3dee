/** The fleet, of three thousand agents: only what is seen is drawn, counted, filtered, sorted, grouped; and nobody lost is overlooked. */
import { startDashboard } from "@attune/dashboard";
import { HeartbeatCoordinator } from "@attune/heartbeat";
import type { Transport } from "@attune/transport";
import { createMemoryTransport } from "@attune/transport-memory";
import type { WatchedPage } from "@attune-tools/browser";
import { afterAll, beforeAll, expect, it } from "vitest";
import { countListed } from "./listed.ts";
import { seenText } from "./seen-text.ts";
import { sharedBrowser } from "./shared-browser.ts";

const browser = sharedBrowser();
const soon = { timeout: 60_000 };
const many = 3000;
/** Every tenth has ended. */
const finished = many / 10;
const workflows = ["build", "review", "release"] as const;

const idOf = (n: number) => `agent-${String(n).padStart(4, "0")}`;

async function startMany(transport: Transport): Promise<HeartbeatCoordinator[]> {
  const agents = Array.from({ length: many }, () => new HeartbeatCoordinator({ transport, ttlMs: 600_000 }));
  await Promise.all(
    agents.map(async (agent, n) => {
      await agent.startHeartbeat(idOf(n), { metadata: { workflow: workflows[n % 3]! } });
      await agent.beat({ status: "running", progress: n / many, currentTask: `task ${n}` });
      if (n % 10 === 9) await agent.stopHeartbeat("failed");
    }),
  );
  return agents;
}

async function largeFleet() {
  const ends = new AsyncDisposableStack();
  const transport = ends.use(await createMemoryTransport());
  const agents = await startMany(transport);
  ends.defer(async () => void (await Promise.all(agents.map((agent) => agent.close()))));
  const dashboard = ends.use(await startDashboard({ transport, port: 0 }));
  return { transport, dashboard, end: () => ends.disposeAsync() };
}

let scene: Awaited<ReturnType<typeof largeFleet>>;
beforeAll(async () => {
  scene = await largeFleet();
});
afterAll(() => scene?.end());

const listed = (page: WatchedPage) => expect.poll(() => countListed(page), soon);
const chip = (page: WatchedPage, liveness: string) =>
  page.getByRole("group", { name: "Liveness" }).locator(`.chip-${liveness}`);
const count = (page: WatchedPage, liveness: string) =>
  expect.poll(() => seenText(chip(page, liveness).locator(".chip-count")), soon);
const first = (page: WatchedPage) =>
  expect.poll(() => seenText(page.locator('.virtual-item[aria-posinset="1"]')), soon);
const status = (page: WatchedPage) =>
  expect.poll(() => seenText(page.locator(".view-head [role=status]")), soon);

it("draws what is seen of three thousand agents, and counts all of them", async () => {
  const page = await browser.open(scene.dashboard, "/");
  await listed(page).toBe(many);
  await status(page).toBe("3,000 agents");
  expect(await page.locator(".virtual-item").count()).toBeLessThan(200);
  await count(page, "alive").toBe("2,700");
  await count(page, "finished").toBe("300");
  await count(page, "lost").toBe("0");
  const list = page.locator(".virtual-list");
  await list.evaluate((list) => list.scrollTo({ top: list.scrollHeight }));
  await page.locator(`.virtual-item[aria-posinset="${many}"]`).waitFor(soon);
  expect(await page.locator(".virtual-item").count()).toBeLessThan(200);
  await page.close();
});

it("filters by liveness and text, sorts, and groups by workflow", async () => {
  const page = await browser.open(scene.dashboard, "/");
  await listed(page).toBe(many);
  await chip(page, "finished").click();
  await listed(page).toBe(finished);
  await status(page).toBe("300 of 3,000 agents");
  await first(page).toContain(idOf(9));
  await chip(page, "finished").click();
  await page.getByLabel("Sort by").selectOption({ label: "by progress" });
  await first(page).toContain(idOf(many - 1));
  await page.getByLabel("The other way round").click();
  await first(page).toContain(idOf(0));
  await page.getByLabel("Search agents").fill("review 29");
  const found = Array.from({ length: many }, (_, n) => n).filter(
    (n) => n % 3 === 1 && idOf(n).includes("29"),
  );
  await listed(page).toBe(found.length);
  await page.getByLabel("Search agents").fill("");

  await page.getByRole("button", { name: "By workflow" }).click();
  await listed(page).toBe(many + workflows.length);
  await first(page).toMatch(/^build\s+1,000\s+900 alive\s+100 finished$/);
  await page.locator(".virtual-item", { hasText: "build" }).first().click();
  await listed(page).toBe(2000 + workflows.length);
  await page.close();
});

it("goes back from an agent to the place in the list where somebody was", async () => {
  const page = await browser.open(scene.dashboard, "/?sort=id");
  await listed(page).toBe(many);
  const list = page.locator(".virtual-list");
  await list.evaluate((list) => list.scrollTo({ top: 44 * 1500 }));
  await page.getByText(idOf(1505)).first().click();
  await page.waitForURL(/\/agents\/agent-1505$/);
  await page.getByText("task 1505").first().waitFor(soon);
  await page.goBack();
  await page.waitForURL(/\?sort=id$/);
  await page.locator(".virtual-item.selected", { hasText: idOf(1505) }).waitFor(soon);
  expect(await list.evaluate((list) => list.scrollTop)).toBe(44 * 1500);
  await page.close();
});

it("puts an agent that gets lost in front of all others", async () => {
  const page = await browser.open(scene.dashboard, "/");
  await listed(page).toBe(many);
  const agent = new HeartbeatCoordinator({ transport: scene.transport, ttlMs: 1000 });
  await agent.startHeartbeat("zz-the-last-one");
  await listed(page).toBe(many + 1);
  await first(page).not.toContain("zz-the-last-one");
  // Without a word: its lease runs out.
  await agent.close();
  await count(page, "lost").toBe("1");
  await first(page).toMatch(/^lost\s+zz-the-last-one/);
  await page.close();
});
