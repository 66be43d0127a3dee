/** Approvals: a decision counts once, for exactly what was shown; whoever was too late, or saw something else, is told. */
import { ApprovalGate } from "@attune/approvals";
import { startDashboard } from "@attune/dashboard";
import { createMemoryTransport } from "@attune/transport-memory";
import type { WatchedPage } from "@attune-tools/browser";
import { expect, it } from "vitest";
import { seenText } from "./seen-text.ts";
import { sharedBrowser } from "./shared-browser.ts";

const browser = sharedBrowser();
const soon = { timeout: 60_000 };

interface Decision {
  readonly approved: boolean;
  readonly responder: string;
  readonly reason?: string;
  readonly context?: { readonly version: number };
}

async function setUp() {
  const ends = new AsyncDisposableStack();
  const transport = ends.use(await createMemoryTransport());
  const dashboard = ends.use(await startDashboard({ transport, port: 0 }));
  const asking = ends.use(new ApprovalGate({ transport, agentId: "deployer" }));
  const elsewhere = ends.use(new ApprovalGate({ transport }));
  const ask = (requestId: string, context: object, more: object = {}) =>
    asking.requestApproval({ approvalType: "deploy", requestId, context: { ...context }, ...more });
  const decide = (requestId: string, answer: Decision) => elsewhere.respondToApproval(requestId, answer);
  const open = (requestId: string) =>
    browser.open(dashboard, `/approvals?id=${requestId}`, { expected: [/status of 409/] });
  return { ask, decide, open, dashboard, elsewhere, [Symbol.asyncDispose]: () => ends.disposeAsync() };
}

/** Opened by its key, and filled in. */
async function dialogOf(page: WatchedPage, key: "a" | "r", responder: string, reason = "") {
  await page.getByRole("button", { name: /^Approve …/ }).waitFor(soon);
  await page.keyboard.press(key);
  const dialog = page.getByRole("dialog");
  const send = dialog.getByRole("button", { name: key === "a" ? "Approve" : "Reject", exact: true });
  await dialog.getByLabel(/^Reason/).fill(reason);
  await dialog.getByLabel(/^Your name/).fill(responder);
  return { dialog, send };
}

const detail = (page: WatchedPage) => page.locator(".approval-detail");
const told = (page: WatchedPage) => page.locator(".told-decision");

it("rejects by keyboard, with a reason only, and the agent gets exactly that", async () => {
  await using scene = await setUp();
  const answer = scene.ask("deploy-1", { version: 7 });
  const page = await scene.open("deploy-1");
  const { dialog, send } = await dialogOf(page, "r", "ann");
  expect(await send.isDisabled()).toBe(true);
  await dialog.getByLabel(/^Reason/).fill("   ");
  expect(await send.isDisabled()).toBe(true);
  await dialog.getByLabel(/^Reason/).fill("not on a Friday");
  await send.click();
  expect(await answer).toMatchObject({ approved: false, responder: "ann", reason: "not on a Friday" });
  await expect.poll(() => seenText(told(page)), soon).toBe("Rejected by ann: the store has it.");
  await page.close();
});

it("counts down, and shows what changed since the request before", async () => {
  await using scene = await setUp();
  const before = scene.ask("deploy-1", { version: 7, replicas: 3, region: "north" });
  await expect.poll(() => scene.elsewhere.getPendingApprovals(), soon).toHaveLength(1);
  await scene.decide("deploy-1", { approved: true, responder: "ann" });
  await before;
  void scene.ask("deploy-2", { version: 8, replicas: 3, region: "north" }, { timeoutMs: 600_000 });
  const page = await scene.open("deploy-2");
  const changed = page.getByRole("region", { name: "What changed" });
  await expect.poll(() => seenText(changed), soon).toMatch(/approved by ann[\s\S]*version[\s\S]*7[\s\S]*8/);
  expect(await seenText(changed)).not.toContain("north");

  const left = async () => {
    const [minutes, seconds] = (await seenText(detail(page).locator(".countdown .num"))).split(":");
    return Number(minutes) * 60 + Number(seconds);
  };
  const first = await left();
  expect(first).toBeGreaterThan(300);
  await expect.poll(left, soon).toBeLessThan(first);
  await expect.poll(left, soon).toBeLessThan(first - 1);
  await page.close();
});

it("decides nothing about what was edited meanwhile, but asks again", async () => {
  await using scene = await setUp();
  const answer = scene.ask("deploy-1", { version: 7 }, { requiredApprovals: 2 });
  const page = await scene.open("deploy-1");
  const { dialog, send } = await dialogOf(page, "a", "ann");
  await scene.decide("deploy-1", { approved: true, responder: "bob", context: { version: 6 } });
  await dialog.getByText("What is asked has changed since it was shown here:").waitFor(soon);
  const changes = dialog.getByRole("region", { name: "What has changed meanwhile" });
  expect(await seenText(changes)).toMatch(/version[\s\S]*7[\s\S]*6/);
  expect(await send.isDisabled()).toBe(true);
  await dialog.getByRole("button", { name: /^I have read it/ }).click();
  await send.click();
  expect(await answer).toMatchObject({ approved: true, edited: true, context: { version: 6 } });
  await page.close();
});

it("is told when it was edited between the click and the store", async () => {
  await using scene = await setUp();
  const answer = scene.ask("deploy-1", { version: 7 }, { requiredApprovals: 2 });
  const page = await scene.open("deploy-1");
  const { dialog, send } = await dialogOf(page, "a", "ann");
  await page.route("**/api/approvals/deploy-1/approve", async (route) => {
    await scene.decide("deploy-1", { approved: true, responder: "bob", context: { version: 6 } });
    await route.continue();
  });
  await send.click();
  await dialog.getByText(/Nothing was decided/).waitFor(soon);
  expect(await scene.elsewhere.getApproval("deploy-1")).toMatchObject({
    state: "pending",
    context: { version: 6 },
    approvals: [{ responder: "bob" }],
  });
  expect(await send.isDisabled()).toBe(true);
  await scene.decide("deploy-1", { approved: false, responder: "cem", reason: "enough" });
  expect(await answer).toMatchObject({ approved: false, responder: "cem", reason: "enough" });
  await page.close();
});

it("is told that it was decided elsewhere, also while the dialog is open", async () => {
  await using scene = await setUp();
  const answer = scene.ask("deploy-1", { version: 7 });
  const page = await scene.open("deploy-1");
  const { dialog, send } = await dialogOf(page, "a", "ann");
  await scene.decide("deploy-1", { approved: false, responder: "bob", reason: "too early" });
  await dialog.getByText("It is not pending any more.").waitFor(soon);
  // Whoever tries it all the same.
  await send.click();
  await dialog.getByText("It is decided already: rejected by bob (“too early”).").waitFor(soon);
  expect(await answer).toMatchObject({ approved: false, responder: "bob", reason: "too early" });
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect.poll(() => seenText(told(page)), soon).toBe("It is rejected by bob: “too early”");
  expect(await page.getByRole("button", { name: /^Approve/ }).count()).toBe(0);
  await page.close();
});

it("counts one of two decisions that are made at the same time, and tells the other page", async () => {
  await using scene = await setUp();
  const answer = scene.ask("deploy-1", { version: 7 });
  const pages = [await scene.open("deploy-1"), await scene.open("deploy-1")] as const;
  const ann = await dialogOf(pages[0], "a", "ann", "fine");
  const bob = await dialogOf(pages[1], "r", "bob", "never");
  // Both are on their way before the store has heard of one.
  let arrived = 0;
  const both = Promise.withResolvers<void>();
  for (const page of pages) {
    await page.route(/\/api\/approvals\/deploy-1\/(approve|reject)$/, async (route) => {
      arrived += 1;
      if (arrived === 2) both.resolve();
      await both.promise;
      await route.continue();
    });
  }
  await Promise.all([ann.send.click(), bob.send.click()]);
  const { approved, responder } = await answer;
  expect([
    { approved: true, responder: "ann" },
    { approved: false, responder: "bob" },
  ]).toContainEqual({ approved, responder });
  const [winner, loser] = approved ? [pages[0], pages[1]] : [pages[1], pages[0]];
  const [word, why] = approved ? ["approved", "fine"] : ["rejected", "never"];
  await expect
    .poll(() => seenText(told(winner)), soon)
    .toBe(`${approved ? "Approved" : "Rejected"} by ${responder}: the store has it.`);
  await loser
    .getByRole("dialog")
    .getByText(`It is decided already: ${word} by ${responder} (“${why}”).`)
    .waitFor(soon);
  for (const page of pages) await page.close();
});

it("is told that the time is over while the dialog is open", async () => {
  await using scene = await setUp();
  const page = await browser.open(scene.dashboard, "/approvals", { expected: [/status of 409/] });
  await page.getByRole("heading", { name: "Nothing waits for a decision" }).waitFor(soon);
  const answer = scene.ask("deploy-1", { version: 7 }, { timeoutMs: 6000 });
  const { dialog, send } = await dialogOf(page, "a", "ann", "fine");
  const { approved, reason } = await answer;
  expect(approved).toBe(false);
  await dialog.getByText("It is not pending any more.").waitFor(soon);
  await send.click();
  await dialog.getByText("It is not pending any more: timeout.").waitFor(soon);
  expect(await scene.elsewhere.getApproval("deploy-1")).toMatchObject({ state: "timeout" });
  expect(reason).not.toBe("fine");
  await page.close();
});
