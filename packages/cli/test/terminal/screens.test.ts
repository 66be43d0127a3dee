/** The screens in docs/top.md are what one sees. `ATTUNE_WRITE_SCREENS=1 npm run test:terminal` writes them anew. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ApprovalGate } from "@attune/approvals";
import { HeartbeatCoordinator, type StartOptions } from "@attune/heartbeat";
import { skipWithoutTerminal } from "@attune-tools/pseudo-terminal";
import { beforeEach, expect, it, onTestFinished } from "vitest";
import { embeddedStore, newFolder } from "../in-folder.ts";
import { startAttune } from "./start-attune.ts";

beforeEach(skipWithoutTerminal);

const page = join(import.meta.dirname, "../../../../docs/top.md");
const store = "sqlite:/srv/fleet/.attune/attune.db";

/** A fleet in which something of everything happens. */
async function fleet(): Promise<string> {
  const cwd = await newFolder();
  const transport = await embeddedStore(cwd);
  const start = async (agentId: string, options: StartOptions = {}, ttlMs = 30_000) => {
    const agent = new HeartbeatCoordinator({
      transport,
      ttlMs,
      intervalMs: ttlMs === 30_000 ? 1000 : ttlMs / 3,
    });
    onTestFinished(() => agent.close());
    await agent.startHeartbeat(agentId, options);
    return agent;
  };
  for (const [index, part] of ["parser", "scanner", "printer", "checker"].entries()) {
    const builder = await start(`builder-${index}`, { metadata: { model: "large", part } });
    await builder.beat({ progress: 0.21 * (index + 1), currentTask: `building the ${part}` });
  }
  const stuck = await start("indexer", { progressTimeoutMs: 1 });
  await stuck.beat({ progress: 0.4, currentTask: "waiting for a lock" });
  const gone = await start("crawler", {}, 300);
  await gone.beat({ progress: 0.7, currentTask: "page 70 of 100" });
  await gone.close();
  const ended = await start("planner");
  await ended.beat({ currentTask: "the plan is written" });
  await ended.stopHeartbeat();
  const reviewer = await start("reviewer");
  await reviewer.beat({ status: "idle", progress: 0, currentTask: "nothing to review" });
  const gate = new ApprovalGate({ agentId: "builder-3", transport });
  onTestFinished(() => gate.close());
  const context = { version: "1.4.0", to: "staging" };
  void gate.requestApproval({
    approvalType: "deploy",
    context,
    requestId: "deploy-1-4-0",
    timeoutMs: 600_000,
  });
  return cwd;
}

it("shows the screens of docs/top.md", async () => {
  const cwd = await fleet();
  const { terminal } = await startAttune(["top"], { cwd, columns: 100, rows: 16 });
  const own = `sqlite:${join(cwd, ".attune/attune.db")}`;
  const seen = new Map<string, string[]>();
  const see = (name: string, screen: readonly string[]) =>
    seen.set(
      name,
      screen.map((line) => line.replace(own, store.padEnd(own.length)).replace(/ +$/, "")),
    );
  const all = ["1 lost", "1 stalled", "5 alive", "1 finished", "0/s", "Approvals 1"];
  see(
    "agents",
    await terminal.until((screen) => all.every((part) => screen[1]?.includes(part)), "the fleet"),
  );
  await terminal.press("Down", "Down", "a");
  see(
    "abort",
    await terminal.until((screen) => screen.some((line) => line.endsWith("? y/n")), "the question"),
  );
  await terminal.press("n");
  await terminal.until((screen) => !screen.some((line) => line.endsWith("? y/n")), "no question");
  await terminal.press("Enter");
  see("details", await terminal.until((screen) => screen[2]!.startsWith("Details"), "details"));
  await terminal.press("p");
  see("approvals", await terminal.until((screen) => screen[2]!.startsWith("Pending"), "approvals"));
  await terminal.press("?");
  see("help", await terminal.until((screen) => screen[2]!.startsWith("Keys"), "help"));
  await terminal.press("q");

  const watch = await startAttune(["agents", "--watch"], { cwd, columns: 100, rows: 14 });
  see(
    "watch",
    (await watch.terminal.until((screen) => /^reviewer/m.test(screen.join("\n")), "the table")).filter(
      Boolean,
    ),
  );

  if (process.env.ATTUNE_WRITE_SCREENS)
    await writeFile(page, withScreens(await readFile(page, "utf8"), seen));
  const kept = screensIn(await readFile(page, "utf8"));
  expect([...kept.keys()]).toEqual([...seen.keys()]);
  for (const [name, screen] of seen) expect(loosely(kept.get(name)!), name).toEqual(loosely(screen));
});

/** `<!-- screen: name -->` and the block below it. */
const screens = /(<!-- screen: (\w+) -->\n\n```text\n)([^`]*)(\n```)/g;

function screensIn(text: string): Map<string, string[]> {
  return new Map([...text.matchAll(screens)].map(([, , name, screen]) => [name!, screen!.split("\n")]));
}

function withScreens(text: string, seen: ReadonlyMap<string, readonly string[]>): string {
  return text.replace(screens, (found, start: string, name: string, _, end: string) => {
    const screen = seen.get(name);
    return screen ? `${start}${screen.join("\n")}${end}` : found;
  });
}

/** Whatever the time, the numbers, and the room that they take. */
function loosely(screen: readonly string[]): string[] {
  const lines = screen.map((line) =>
    line
      .replace(/sqlite:\S+/, "STORE")
      .replace(/(\d+[\d:.-]*)+/g, "N")
      .replace(/N [smh]\b/g, "N s")
      .replace(/\s+/g, " ")
      .trim(),
  );
  return lines.filter((line) => line !== "");
}
