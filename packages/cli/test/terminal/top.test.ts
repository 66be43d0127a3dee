import { ApprovalGate } from "@attune/approvals";
import { HeartbeatCoordinator } from "@attune/heartbeat";
import { CoordinationSignals } from "@attune/signals";
import { EventStreamer } from "@attune/streams";
import { openTransport, type Transport } from "@attune/transport";
import { saneModes, skipWithoutTerminal } from "@attune-tools/pseudo-terminal";
import { startRedis } from "@attune-tools/redis-server";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { actingAmongDrawing, hostile } from "../hostile-text.ts";
import { embeddedStore, newFolder } from "../in-folder.ts";
import { runCli } from "../run-cli.ts";
import { startAttune } from "./start-attune.ts";

beforeEach(skipWithoutTerminal);

async function started(transport: Transport, agentId: string, progress = 0, currentTask = "waiting") {
  const agent = new HeartbeatCoordinator({ transport, intervalMs: 1000 });
  onTestFinished(() => agent.close());
  await agent.startHeartbeat(agentId, { metadata: { model: `model of ${agentId}` } });
  await agent.beat({ progress, currentTask });
  return agent;
}

/** In an embedded store: builder-0 to builder-9, each a tenth further. */
async function tenBuilders(): Promise<{ cwd: string; transport: Transport }> {
  const cwd = await newFolder();
  const transport = await embeddedStore(cwd);
  for (let index = 0; index < 10; index++)
    await started(transport, `builder-${index}`, index / 10, `part ${index}`);
  return { cwd, transport };
}

/** The ids of the agents on the screen, from the top. */
function idsOn(screen: readonly string[]): string[] {
  return screen.flatMap((line) => /^[a-z]+-\d/.exec(line)?.[0] ?? []);
}

describe("attune top", () => {
  it("shows the agents, and keys sort and filter them", async () => {
    const { cwd, transport } = await tenBuilders();
    await (await started(transport, "tester-0", 0.5)).stopHeartbeat("failed");
    const { terminal } = await startAttune(["top"], { cwd, columns: 100 });
    const first = await terminal.until((screen) => idsOn(screen).length === 11, "all agents");
    expect(first[0]).toMatch(/^attune top {2}sqlite:\/.* {2}store reachable {2}\d\d:\d\d:\d\d$/);
    expect(first[1]).toMatch(/^Agents 11: 10 alive, 1 finished {2}Events .*\/s {2}Approvals [\d?] pending$/);
    expect(first[2]).toBe("1-11 of 11  Sort: trouble first  Shown: all");
    expect(first[3]).toMatch(/^AGENT +LIVENESS +STATUS +PROGRESS +BEAT +TASK$/);
    expect(first[4]).toMatch(/^builder-0 +alive +running +\[ {10}\] +0 % +\d s +part 0$/);
    expect(first[9]).toMatch(/^builder-5 +alive +running +\[\|{5} {5}\] +50 % +\d s +part 5$/);
    expect(first.at(-1)).toMatch(/^q quit {2}\? help {2}s sort/);

    await terminal.press("s", "s");
    await terminal.until((screen) => idsOn(screen)[0] === "builder-9", "the one that is furthest");
    await terminal.press("r");
    const reversed = await terminal.until(
      (screen) => idsOn(screen)[0] === "builder-0",
      "the other way round",
    );
    expect(reversed[2]).toContain("Sort: progress, reversed");
    await terminal.press("s", "r", "l", "l");
    await terminal.until(
      (screen) => idsOn(screen).length === 10 && screen[2]!.includes("Sort: last beat  Shown: alive"),
      "those alive",
    );
    await terminal.type("/PART 3");
    await terminal.until((screen) => idsOn(screen).join() === "builder-3", "the one with this task");
    await terminal.press("BSpace", "Enter");
    const kept = await terminal.until((screen) => idsOn(screen).length === 10, "all with a part");
    expect(kept[2]).toMatch(/Filter: PART$/);
    await terminal.press("Escape");
    await terminal.until((screen) => !screen[2]!.includes("Filter"), "no filter");
    await terminal.press("q");
    expect(await terminal.exitCode()).toBe(0);
  });

  it("moves, scrolls, and tells all of the agent at the cursor", async () => {
    const { cwd } = await tenBuilders();
    const { terminal } = await startAttune(["top"], { cwd, rows: 12 });
    const first = await terminal.until((screen) => screen[2]?.startsWith("1-6 of 10") === true, "six of ten");
    expect(idsOn(first)).toHaveLength(6);
    await terminal.press("End");
    await terminal.until((screen) => idsOn(screen).at(-1) === "builder-9", "the last one");
    await terminal.press("PageUp", "Up", "Home", "Down", "Down", "Enter");
    const details = await terminal.until((screen) => screen[2]!.startsWith("Details"), "details");
    expect(details[3]).toMatch(/^agent +builder-2$/);
    for (const line of [/^liveness +alive$/, /^progress +20 %$/, /^last beat +\d{4}-/]) {
      expect(details).toContainEqual(expect.stringMatching(line));
    }
    await terminal.press("End");
    await terminal.until((screen) => screen.includes("model          model of builder-2"), "the metadata");
    await terminal.press("Escape");
    await terminal.until((screen) => idsOn(screen).length > 0, "the table");
    await terminal.press("?");
    await terminal.until((screen) => screen.some((line) => /^ {2}PgUp, PgDn +a page/.test(line)), "the help");
    await terminal.press("q");
    expect(await terminal.exitCode()).toBe(0);
  });

  it("sends the signal abort to an agent, but only after a yes", async () => {
    const { cwd, transport } = await tenBuilders();
    const { terminal } = await startAttune(["top"], { cwd });
    const agent = new CoordinationSignals({ agentId: "builder-3", transport });
    onTestFinished(() => agent.close());
    await terminal.until((screen) => idsOn(screen).length === 10, "all agents");
    await terminal.press("Down", "Down", "Down", "a");
    await terminal.until((screen) => screen.includes('Abort "builder-3"? y/n'), "the question");
    await terminal.press("n");
    await terminal.until((screen) => !screen.join("\n").includes("Abort"), "no question");
    // Letters that come together are no answer.
    await terminal.type("ay");
    await terminal.until((screen) => screen.includes('Abort "builder-3"? y/n'), "the question");
    expect(await agent.getPendingSignals()).toEqual([]);
    await terminal.press("y");
    await terminal.until(
      (screen) => screen.includes('Sent the signal abort to "builder-3".'),
      "what was sent",
    );
    expect(await agent.getPendingSignals()).toMatchObject([
      { signalType: "abort", sourceAgent: "attune-top" },
    ]);
    // Whoever looks at the signals sees it too: it is published beside, soon after.
    const seen = () => runCli(["signals", "--type", "abort"], { cwd });
    await expect
      .poll(async () => (await seen()).stdout, { timeout: 20_000 })
      .toMatch(/abort +attune-top → builder-3/);
  });

  it("sends as ATTUNE_AGENT, where there is one", async () => {
    const { cwd, transport } = await tenBuilders();
    const { terminal } = await startAttune(["top"], { cwd, env: { ATTUNE_AGENT: "operator" } });
    const agent = new CoordinationSignals({ agentId: "builder-0", transport });
    onTestFinished(() => agent.close());
    await terminal.until((screen) => idsOn(screen).length === 10, "all agents");
    await terminal.press("a");
    await terminal.until((screen) => screen.includes('Abort "builder-0"? y/n'), "the question");
    await terminal.press("y");
    await terminal.until((screen) => screen.join("\n").includes("Sent the signal abort"), "what was sent");
    expect(await agent.getPendingSignals()).toMatchObject([{ sourceAgent: "operator" }]);
  });

  it("tells the rate of events, and the pending approvals", async () => {
    const { cwd, transport } = await tenBuilders();
    const streamer = new EventStreamer({ transport });
    const publishing = setInterval(() => void streamer.publishEvent("work", {}), 20);
    onTestFinished(() => clearInterval(publishing));
    const gate = new ApprovalGate({ agentId: "deployer", transport });
    onTestFinished(() => gate.close());
    for (const requestId of ["first", "second"]) {
      void gate.requestApproval({
        approvalType: "deploy",
        context: { version: requestId },
        requestId,
        timeoutMs: 600_000,
      });
    }
    const { terminal } = await startAttune(["top"], { cwd, columns: 110 });
    await terminal.until(
      (screen) => /Events [1-9][\d.]*\/s {2}Approvals 2 pending$/.test(screen[1] ?? ""),
      "events and approvals",
    );
    await terminal.press("p");
    const screen = await terminal.until(
      (lines) => lines.some((line) => line.startsWith("second")),
      "the requests",
    );
    expect(screen[3]).toBe("Decide with: attune approvals approve ID, or: attune approvals reject ID");
    const [first, second] = ["first", "second"].map((id) => screen.findIndex((line) => line.startsWith(id)));
    expect(second).toBe(first! + 1);
    expect(screen[first!]).toMatch(/deploy +deployer .*\{"version":"first"\}/);
  });

  it("stands every size of terminal", async () => {
    const { cwd } = await tenBuilders();
    const { terminal } = await startAttune(["top"], { cwd, columns: 120, rows: 30 });
    await terminal.until((screen) => idsOn(screen).length === 10, "all agents");
    for (const [columns, rows] of [
      [20, 5],
      [200, 50],
      [40, 12],
      [5, 2],
      [90, 8],
    ] as const) {
      await terminal.resize(columns, rows);
      const fits = (screen: readonly string[]) =>
        screen.length === rows && screen.join("\n").includes(columns < 20 ? "bu" : "builder-0");
      const screen = await terminal.until(fits, `agents in ${columns}x${rows}`);
      for (const line of screen) expect(line.length).toBeLessThanOrEqual(columns);
    }
    await terminal.resize(120, 30);
    await terminal.until(
      (screen) => idsOn(screen).length === 10 && screen[29]!.startsWith("q quit"),
      "all as before",
    );
    // No line of a former size is left.
    const headers = (await terminal.screen()).filter((line) => line.startsWith("AGENT"));
    expect(headers).toHaveLength(1);
  });

  it.each([
    ["q", 0],
    ["C-c", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("%s leaves the terminal as it was", async (how, code) => {
    const { cwd } = await tenBuilders();
    const { terminal, pid } = await startAttune(["top"], { cwd });
    await terminal.until((screen) => idsOn(screen).length === 10, "all agents");
    if (how === "SIGTERM" || how === "SIGHUP") process.kill(await pid(), how);
    else await terminal.press(how);
    expect(await terminal.exitCode()).toBe(code);
    expect(await terminal.modes()).toEqual(saneModes);
    const screen = (await terminal.screen()).filter((line) => line !== "");
    expect(screen).toEqual([expect.stringMatching(/^Store: sqlite:/)]);
  });

  it.each([
    ["nobody has caught", "throw new Error('the sky falls')"],
    ["comes while it draws", "String.prototype.padStart = () => { throw new Error('the sky falls') }"],
  ])("an error that %s ends it with a sentence, and the terminal as it was", async (_, what) => {
    const { cwd } = await tenBuilders();
    const nodeArgs = ["--import", `data:text/javascript,process.on("SIGUSR2", () => { ${what} })`];
    const { terminal, pid } = await startAttune(["top"], { cwd, nodeArgs });
    await terminal.until((screen) => idsOn(screen).length === 10, "all agents");
    process.kill(await pid(), "SIGUSR2");
    expect(await terminal.exitCode()).toBe(1);
    expect(await terminal.modes()).toEqual(saneModes);
    const screen = await terminal.screen();
    expect(screen).toContain("attune: the sky falls");
    expect(screen.join("\n")).not.toMatch(/ {2}at |\.ts:/);
  });

  it("keeps the last picture while the store is away, and goes on when it is back", async () => {
    const redis = await startRedis({ appendOnly: true });
    onTestFinished(() => redis.stop());
    const cwd = await newFolder();
    const transport = await openTransport(redis.url, {
      logger: { debug() {}, info() {}, warn() {}, error() {} },
    });
    onTestFinished(() => transport.close());
    await started(transport, "builder-0", 0.4);
    const { terminal } = await startAttune(["top", "--url", redis.url], { cwd, columns: 100 });
    await terminal.until((screen) => /builder-0 +alive .* 40 %/.test(screen.join("\n")), "the agent");
    await redis.kill();
    const away = await terminal.until((screen) => screen[0]!.includes("store away since"), "an outage");
    expect(away.join("\n")).toMatch(/builder-0 +unknown .* 40 %/);
    expect(away[1]).toMatch(/^Agents 1: 1 unknown/);
    await redis.start();
    await terminal.until(
      (screen) => screen[0]!.includes("store reachable") && /builder-0 +alive/.test(screen.join("\n")),
      "the store again",
    );
    await terminal.press("q");
    expect(await terminal.exitCode()).toBe(0);
    // What the library had to say meanwhile does not stand in the picture, but after it.
    expect(await terminal.modes()).toEqual(saneModes);
  });

  it("nothing that an agent says acts on the terminal", async () => {
    const cwd = await newFolder();
    const transport = await embeddedStore(cwd);
    const agent = new HeartbeatCoordinator({ transport });
    onTestFinished(() => agent.close());
    await agent.startHeartbeat(`a${hostile}`, { displayName: hostile, metadata: { [hostile]: hostile } });
    await agent.beat({ currentTask: `t${hostile}` });
    const gate = new ApprovalGate({ agentId: `b${hostile}`, transport });
    onTestFinished(() => gate.close());
    void gate.requestApproval({ approvalType: `c${hostile}`, context: hostile, timeoutMs: 600_000 });
    const { terminal } = await startAttune(["top"], { cwd });
    await terminal.until((screen) => screen.some((line) => /^a.*alive/.test(line)), "the agent");
    await terminal.press("a");
    await terminal.until(
      (screen) => screen.some((line) => /^Abort "a.*"\? y\/n$/.test(line)),
      "the question",
    );
    await terminal.press("y");
    await terminal.until(
      (screen) => screen.some((line) => line.startsWith("Sent the signal abort")),
      "the sending",
    );
    await terminal.press("Enter");
    await terminal.until((screen) => screen[2]!.startsWith("Details"), "details");
    await terminal.press("p");
    await terminal.until((screen) => /\bb.*/.test(screen.slice(6).join("\n")), "approvals");
    await terminal.press("q");
    await terminal.exitCode();
    const output = await terminal.output();
    expect(output).not.toMatch(actingAmongDrawing);
  });

  it("needs a terminal, and an interval that makes sense", async () => {
    const cwd = await newFolder();
    const piped = await runCli(["top"], { cwd });
    expect(piped).toMatchObject({ code: 2, stdout: "" });
    expect(piped.stderr).toContain("top needs a terminal; use: attune agents --json");
    expect(await runCli(["top", "--interval", "5ms"], { cwd })).toMatchObject({ code: 2, stdout: "" });
  });
});
