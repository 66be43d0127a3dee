/** Health: what is amiss is shown and posted, until it is over; and what a group gave up. */
import { startDashboard } from "@attune/dashboard";
import { HeartbeatCoordinator } from "@attune/heartbeat";
import { EventStreamer } from "@attune/streams";
import { silentLogger } from "@attune/transport";
import { createMemoryTransport } from "@attune/transport-memory";
import { expect, it } from "vitest";
import { startWebhookServer } from "../webhook-server.ts";
import { seenText } from "./seen-text.ts";
import { sharedBrowser } from "./shared-browser.ts";

const browser = sharedBrowser();
const soon = { timeout: 60_000 };

it("shows and posts that an agent is lost, and that it is back", async () => {
  await using transport = await createMemoryTransport();
  const hook = await startWebhookServer();
  await using dashboard = await startDashboard({ transport, port: 0, webhookUrl: hook.url });
  const page = await browser.open(dashboard, "/health");
  const alerts = page.getByRole("region", { name: "Alerts" });
  await alerts.getByText("Nothing is amiss.").waitFor(soon);
  const startAgent = async (ttlMs: number) => {
    const agent = new HeartbeatCoordinator({ transport, ttlMs });
    await agent.startHeartbeat("indexer-7");
    return agent;
  };
  // Nobody stops it: its lease runs out.
  await (await startAgent(500)).close();
  const alert = alerts.locator(".alert.critical");
  await expect.poll(() => seenText(alert), soon).toContain('Agent "indexer-7" is lost.');
  expect(await alert.getByRole("link", { name: "indexer-7" }).getAttribute("href")).toBe("/agents/indexer-7");
  // Whatever somebody looks at.
  await page.getByRole("link", { name: "1 alert", exact: true }).waitFor(soon);
  expect(await page.title()).toMatch(/^\(1\) Health/);
  await hook.until(1, 60_000);

  await using _again = await startAgent(60_000);
  await alerts.getByText("Nothing is amiss.").waitFor(soon);
  await alerts.getByText("1 resolved within the last hour").click();
  await expect
    .poll(() => seenText(alerts.locator(".alert.resolved")), soon)
    .toContain('Agent "indexer-7" is lost.');
  await page.getByRole("link", { name: "1 alert", exact: true }).waitFor({ state: "detached", ...soon });
  await hook.until(2, 60_000);
  expect(hook.posts.map(({ body }) => [body.state, body.alert.rule, body.alert.subjects])).toEqual([
    ["firing", "agents_lost", ["indexer-7"]],
    ["resolved", "agents_lost", ["indexer-7"]],
  ]);
  await page.close();
});

it("lists the dead letters of a group on demand, with what went wrong and how to have them again", async () => {
  await using transport = await createMemoryTransport();
  const streamer = new EventStreamer({ transport, logger: silentLogger });
  await using dashboard = await startDashboard({ transport, port: 0 });
  const page = await browser.open(dashboard, "/health");
  await streamer.publishEvents([1, 2, 3].map((n) => ({ eventType: "invoice", data: { n } })));
  const group = streamer.consumeGroup({
    group: "billing desk",
    eventTypes: ["invoice"],
    from: "beginning",
    maxDeliveries: 1,
  });
  let left = 2;
  for await (const event of group) {
    await event.nack({ error: new Error(`no customer ${(event.data as { n: number }).n}`) });
    left -= 1;
    if (left === 0) break;
  }
  const groups = page.getByRole("region", { name: /^Consumer groups/ });
  const letters = groups.getByRole("button", { name: "2 dead letters of billing desk" });
  await letters.waitFor(soon);
  expect(await groups.locator(".letters-list").count()).toBe(0);
  await letters.click();
  await expect.poll(() => groups.locator(".letter-error").allInnerTexts(), soon).toHaveLength(2);
  expect((await groups.locator(".letter-error").allInnerTexts()).join()).toMatch(
    /no customer 1[\s\S]*no customer 2/,
  );
  await groups.locator(".letters-list summary").first().click();
  await expect.poll(() => seenText(groups.locator(".letters-list pre").first()), soon).toContain('"n": 1');
  await groups.getByText(/^attune dead-letters replay (.* )?'billing desk'$/).waitFor();
  // It has fired, too.
  await page.getByRole("region", { name: "Alerts" }).getByText("Dead letters").first().waitFor(soon);
  await letters.click();
  await groups.locator(".letters-list").waitFor({ state: "detached" });
  await page.close();
});
