/** `--type`, `--count`, `--since`: the same in every command that has them. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { embeddedStore, newFolder } from "./in-folder.ts";
import { runCli } from "./run-cli.ts";
import { startCli } from "./start-cli.ts";

async function refused(cwd: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runCli(args, { cwd });
  expect({ code, stdout }, args.join(" ")).toEqual({ code: 2, stdout: "" });
  expect(stderr).not.toContain("Store:");
  expect(existsSync(join(cwd, ".attune")), args.join(" ")).toBe(false);
  return stderr;
}

describe("--type", () => {
  it("is refused a second time where one type is looked at", async () => {
    const cwd = await newFolder();
    const id = "1763840401123-0";
    for (const args of [
      ["approvals"],
      ["approvals", "list"],
      ["dead-letters", "list", "g"],
      ["dead-letters", "show", "g", id],
      ["dead-letters", "replay", "g"],
      ["dead-letters", "purge", "g"],
    ]) {
      expect(await refused(cwd, [...args, "--type", "a", "--type", "b"])).toContain(
        'attune: --type is said once here, not twice: "a", "b".',
      );
    }
  });

  it("of an event that cannot be is refused before a store is opened", async () => {
    const cwd = await newFolder();
    for (const args of [
      ["events", "--type", ""],
      ["events", "--follow", "--type", ""],
      ["events", "--stream-info", "--type", ""],
      ["events", "publish", ""],
      ["events", "trim", ""],
      ["events", "delete", ""],
    ]) {
      expect(await refused(cwd, args)).toContain("ATTUNE_EVENT_TYPE_INVALID");
    }
  });
});

describe("--count", () => {
  const commands = [
    "events",
    "events --follow",
    "signals",
    "signals --follow",
    "signals --agent a",
    "archive query jsonl:kept",
    "dead-letters list g",
  ];

  it.each(commands)("%s: from 1 to 100000, and the help says so", async (given) => {
    const args = given.split(" ");
    const cwd = await newFolder();
    for (const count of ["0", "100001", "many"]) {
      expect(await refused(cwd, [...args, "--count", count])).toContain(
        `--count is a whole number from 1 to 100000, not "${count}".`,
      );
    }
    const command = args.slice(0, args[0] === "archive" || args[0] === "dead-letters" ? 2 : 1);
    const { stdout } = await runCli([...command, "--help"], { cwd });
    expect(stdout.replace(/\s+/g, " ")).toMatch(/--count <number> [^<]*; 1 to 100000/);
  });
});

describe("signals --since", () => {
  it("goes by the store's time, whatever time a signal says of itself", async () => {
    const cwd = await newFolder();
    const { streams } = await embeddedStore(cwd);
    const anHour = 3_600_000;
    const now = Date.now();
    const signal = (name: string, saidAt: number) => {
      const timestamp = new Date(saidAt).toISOString();
      const [signal_id, signal_type] = [`id-${name}`, name];
      const data = { signal_id, signal_type, source_agent: "a", target_agent: "b", payload: null, timestamp };
      const stored = JSON.stringify({ ...data, ttl_seconds: 60 });
      return { eventType: "coordination_signal", timestamp, data: stored, source: "a", maxLength: 1000 };
    };
    await streams.append([signal("slow-clock", now - anHour), signal("fast-clock", now + anHour)]);
    const typesIn = (lines: readonly string[]) =>
      lines.map((line) => (JSON.parse(line) as { signal_type: string }).signal_type);

    for (const more of [[], ["--from", "a"]]) {
      const { stdout } = await runCli(["signals", "--since", "30m", "--json", ...more], { cwd });
      const found = (JSON.parse(stdout) as unknown[]).map((each) => JSON.stringify(each));
      expect(typesIn(found)).toEqual(["slow-clock", "fast-clock"]);
    }
    const inHalfAnHour = new Date(now + anHour / 2).toISOString();
    const later = await runCli(["signals", "--since", inHalfAnHour, "--json"], { cwd });
    expect(later.stdout).toBe("[]\n");

    const { child, lines, exit } = startCli(["signals", "--follow", "--since", "30m", "--json"], cwd);
    const followed = [(await lines.next()).value as string, (await lines.next()).value as string];
    expect(typesIn(followed)).toEqual(["slow-clock", "fast-clock"]);
    child.kill("SIGINT");
    expect(await exit).toEqual([130, null]);
  });
});

describe("what is listed", () => {
  it("stands below one another, in whatever script types are written", async () => {
    const cwd = await newFolder();
    for (const type of ["built", "建設完了"]) {
      await runCli(["signals", "send", type, "--to", "b", "--as", "a"], { cwd });
      await runCli(["events", "publish", type, "--source", "ci"], { cwd });
    }
    // Each of these four characters takes two cells.
    const columnOf = (line: string, text: string) => line.indexOf(text) + (line.includes("建設完了") ? 4 : 0);
    const signals = (await runCli(["signals"], { cwd })).stdout.trimEnd().split("\n");
    const [one, other] = signals.map((line) => columnOf(line, "a → b"));
    expect(signals).toHaveLength(2);
    expect(other).toBe(one);
    const events = (await runCli(["events", "--type", "built", "--type", "建設完了"], { cwd })).stdout;
    const [first, second] = events.trimEnd().split("\n");
    expect(columnOf(second!, "ci ")).toBe(columnOf(first!, "ci "));
  });
});
