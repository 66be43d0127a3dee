/** Whatever agents call themselves, their events, groups and requests: what is opened shows it as text, too. */
import { ApprovalGate } from "@attune/approvals";
import { startDashboard } from "@attune/dashboard";
import { HeartbeatCoordinator } from "@attune/heartbeat";
import { CoordinationSignals } from "@attune/signals";
import { EventStreamer } from "@attune/streams";
import { silentLogger, type Transport } from "@attune/transport";
import { createMemoryTransport } from "@attune/transport-memory";
import type { WatchedPage } from "@attune-tools/browser";
import { expect, it } from "vitest";
import { type Place, seenText } from "./seen-text.ts";
import { sharedBrowser } from "./shared-browser.ts";

const browser = sharedBrowser();
const soon = { timeout: 60_000 };
const evil = (plain: string) => `${plain}"><img src=x onerror="document.title='pwned'">`;

async function hostileStore(transport: Transport): Promise<AsyncDisposable> {
  const ends = new AsyncDisposableStack();
  const streamer = new EventStreamer({ transport, logger: silentLogger });
  for (let n = 0; n < 10; n++) {
    await streamer.publishEvent(evil(`type-${n}`), { [evil("key")]: evil("value"), agent_id: evil("agent") });
  }
  const group = streamer.consumeGroup({
    group: evil("group"),
    consumer: evil("consumer"),
    eventTypes: [evil("type-0")],
    from: "beginning",
    maxDeliveries: 1,
  });
  for await (const event of group) {
    await event.nack({ error: new Error(evil("error")) });
    break;
  }
  const signals = new CoordinationSignals({ transport, agentId: evil("sender"), enableStreaming: true });
  await signals.signal({
    signalType: evil("signal"),
    targetAgent: evil("target"),
    payload: { [evil("key")]: evil("value") },
  });
  const gate = ends.use(new ApprovalGate({ transport, agentId: evil("asker") }));
  const clerk = ends.use(new ApprovalGate({ transport }));
  const ask = async (requestId: string, value: string, more: object) => {
    const context = { [evil("key")]: evil(value), before: { x: evil("old") }, after: { y: evil("new") } };
    void gate.requestApproval({ approvalType: evil("request"), requestId, context, ...more });
    await expect.poll(() => clerk.getApproval(requestId), soon).toMatchObject({ state: "pending" });
  };
  await ask("decided", "first", {});
  const decision = { approved: true, responder: evil("responder"), reason: evil("reason") };
  await clerk.respondToApproval("decided", decision);
  await ask("waiting", "second", { allowedResponders: [evil("boss")] });
  const agent = new HeartbeatCoordinator({ transport, ttlMs: 400 });
  await agent.startHeartbeat(evil("lost"), { metadata: { [evil("key")]: evil("value") } });
  await agent.close();
  return { [Symbol.asyncDispose]: () => ends.disposeAsync() };
}

/** It says all of them, as they are or as JSON has them, and has made nothing of them but text. */
async function says(page: WatchedPage, place: Place, ...plain: string[]): Promise<void> {
  for (const each of plain) {
    await expect
      .poll(() => seenText(place).then((text) => text.replaceAll("\\", "")), soon)
      .toContain(evil(each));
  }
  expect(await page.locator("img[src='x']").count()).toBe(0);
  expect(await page.title()).not.toBe("pwned");
}

it("shows as text whatever is opened: events, signals, requests, decisions, alerts, dead letters", async () => {
  await using transport = await createMemoryTransport();
  await using _store = await hostileStore(transport);
  await using dashboard = await startDashboard({ transport, port: 0 });
  const page = await browser.open(dashboard, "/events", { expected: [/status of 409/] });
  const { url } = dashboard;
  const main = page.locator("main");
  const dialog = page.getByRole("dialog");

  // Events: one of them, and the choice of types.
  await page.locator(".event-row", { hasText: "type-3" }).click();
  await says(page, page.getByRole("complementary"), "type-3", "key", "value", "agent");
  await page.getByRole("button", { name: /^\d+ types …/ }).click();
  await says(page, dialog, "type-0", "type-9");
  await dialog.getByRole("checkbox").first().check();
  await dialog.getByRole("button", { name: "Done" }).click();
  await page.locator(".events-types .chip[aria-pressed=true]").waitFor(soon);
  await says(page, main);

  // Signals: one of them, and only that way.
  await page.goto(`${url}/signals`);
  await page.locator(".signal-row").first().click();
  await says(page, page.getByRole("region", { name: "Signal", exact: true }), "signal", "sender", "target");
  await page.getByRole("button", { name: "Only this way" }).click();
  await says(page, main.locator(".focus-chip"), "sender", "target");

  // Approvals: the request, the question before it is decided and why it is not, and those decided.
  await page.goto(`${url}/approvals?id=waiting`);
  await page.getByRole("button", { name: /^Reject …/ }).click();
  await dialog.getByLabel(/^Reason/).fill(evil("why"));
  await dialog.getByLabel(/^Your name/).fill(evil("me"));
  await says(page, dialog, "request", "asker", "me");
  await dialog.getByRole("button", { name: "Reject", exact: true }).click();
  await dialog.locator(".refusal").waitFor(soon);
  await says(page, dialog.locator(".refusal"), "me");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await says(page, main, "request", "asker", "boss", "second", "old", "new");
  await page.goto(`${url}/approvals?show=decided`);
  await page.locator(".decided-row").first().click();
  await says(page, dialog, "request", "asker", "responder", "reason", "first");

  // Health: the alert, and the dead letter.
  await page.goto(`${url}/health`);
  await says(page, page.getByRole("region", { name: "Alerts" }), "lost");
  await page.locator("button.letters").click();
  await page.locator(".letters-list summary").click();
  await says(page, page.locator(".letters-list"), "error", "consumer", "type-0", "value");

  // The one that is lost, by its link.
  await page.getByRole("region", { name: "Alerts" }).getByRole("link").first().click();
  await page.waitForURL(/\/agents\//);
  await says(page, main, "lost", "value");
  // An image that was asked for would have been a problem of the page.
  await page.close();
});
