/** The audit runs while it is watched: each view shows what the store holds, and its report waits for a yes in the page. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ApprovalGate } from "@attune/approvals";
import { FeedbackLoop } from "@attune/feedback";
import { HeartbeatCoordinator } from "@attune/heartbeat";
import { EventStreamer } from "@attune/streams";
import { openTransport } from "@attune/transport";
import type { WatchedPage } from "@attune-tools/browser";
import { startRedis } from "@attune-tools/redis-server";
import { describe, expect, it, onTestFinished } from "vitest";
import { startAudit } from "./audit-process.ts";
import { startDashboardProcess } from "./dashboard-process.ts";
import { hearEvents, nameOf } from "./heard-events.ts";
import { countListed } from "./listed.ts";
import { seenText } from "./seen-text.ts";
import { enter, sharedBrowser } from "./shared-browser.ts";

const browser = sharedBrowser();

async function embeddedFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "attune-e2e-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return `sqlite:${join(folder, "fleet.db")}`;
}

async function emptyRedis(): Promise<string> {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  return redis.url;
}

const soon = { timeout: 60_000 };
// biome-ignore lint/performance/useDomNodeTextContent: what is seen, with a space between what stands apart
const main = (page: WatchedPage) => page.locator("main").innerText();

describe.each([
  ["the embedded file", embeddedFile],
  ["Redis", emptyRedis],
])("on %s", (_, makeStore) => {
  it("an audit is watched, approved in the page, and found in every view as the store has it", async () => {
    const url = await makeStore();
    await using dashboard = await startDashboardProcess(url);
    const page = await browser.newPage();
    const heard = hearEvents(page);
    await enter(page, dashboard, "/");
    const audit = await startAudit(url);

    // Fleet, while they work: the auditor is seen within the time that it takes to start.
    await page.getByText("Running stage:").first().waitFor(soon);

    // Approvals: by keyboard, with a reason.
    await page.keyboard.press("g");
    await page.keyboard.press("a");
    await page.getByRole("heading", { name: "write_report" }).waitFor(soon);
    expect(await main(page)).toContain(audit.report);
    await page.keyboard.press("a");
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(/Reason/).fill("<b>looks right</b>");
    await dialog.getByLabel(/name/i).fill("ann");
    await dialog.getByRole("button", { name: /^Approve/ }).click();
    const { code, printed } = await audit.ended;
    expect([code, printed]).toEqual([0, expect.stringContaining(`Report: ${audit.report}`)]);
    expect(await readFile(audit.report, "utf8")).toMatch(/ann.*looks right/s);

    await using transport = await openTransport(url);
    await using gate = new ApprovalGate({ transport });
    expect(await gate.getPendingApprovals()).toEqual([]);

    // Fleet: all agents of the store.
    await using heartbeat = new HeartbeatCoordinator({ transport });
    const agents = await heartbeat.getAgents();
    expect(agents.length).toBeGreaterThan(8);
    await page.goto(`${dashboard.url}/`);
    await expect.poll(() => main(page), soon).toContain(`${agents.length} agents`);
    for (const { agentId } of agents) expect(await main(page)).toContain(agentId);

    // Agent: what happened with it.
    const auditor = agents.find(({ agentId }) => agentId.startsWith("auditor"))!;
    await page.goto(`${dashboard.url}/agents/${encodeURIComponent(auditor.agentId)}`);
    await expect.poll(() => main(page), soon).toMatch(/write_report/);

    // Events: as many as the store has, each once.
    const streamer = new EventStreamer({ transport });
    const types = await streamer.listEventTypes();
    const infos = await Promise.all(types.map((type) => streamer.getStreamInfo(type)));
    const stored = infos.reduce((sum, info) => sum + info!.length, 0);
    const ids = () => new Set(heard.events.map(nameOf));
    await page.goto(`${dashboard.url}/events`);
    await expect.poll(() => ids().size, soon).toBe(stored);
    // A page that is loaded anew begins with those that it was told before: each once in each of the loadings.
    for (const { events } of heard.snapshots) expect(new Set(events.map(nameOf)).size).toBe(events.length);
    // And so they are listed.
    expect(stored).toBeLessThanOrEqual(500);
    await expect.poll(() => countListed(page), soon).toBe(stored);
    await page.getByText("approval_audit").first().waitFor(soon);

    // Signals: those of the store, by type.
    const signals = await streamer.getRecentEvents("coordination_signal", { count: 1000 });
    await page.goto(`${dashboard.url}/signals`);
    const signalTypes = new Map<string, number>();
    for (const { data } of signals) {
      const { signal_type } = data as { signal_type: string };
      signalTypes.set(signal_type, (signalTypes.get(signal_type) ?? 0) + 1);
    }
    for (const [type, count] of signalTypes) {
      await expect.poll(() => main(page), soon).toMatch(new RegExp(`${type}\\s*${count}`));
    }

    // Approvals: who decided.
    await page.goto(`${dashboard.url}/approvals`);
    await page.getByText("Decided", { exact: false }).first().click();
    await expect
      .poll(() => main(page), soon)
      .toMatch(/approved\s+write_report[\s\S]*<b>looks right<\/b>\s+ann\s/);

    // Quality: each stage that was rated, with its number of ratings.
    await using feedback = new FeedbackLoop({ transport });
    const rated = await feedback.getRatedStages();
    expect(rated.length).toBeGreaterThan(0);
    await page.goto(`${dashboard.url}/quality`);
    for (const { workflowName, stageName, tier } of rated) {
      await expect.poll(() => main(page), soon).toContain(workflowName);
      const stats = await feedback.getQualityStats({ workflowName, stageName, tier });
      const line = page
        .locator(".stage-row", { hasText: stageName })
        .locator(".tier-line", { hasText: tier });
      await expect
        .poll(() => seenText(line.locator(".tier-samples").first()), soon)
        .toMatch(new RegExp(`^${stats!.sampleCount} ratings?$`));
    }

    // Health: each stream.
    await page.goto(`${dashboard.url}/health`);
    await expect.poll(() => main(page), soon).toContain(`Streams ${types.length}`);
    await page.close();
  });
});
