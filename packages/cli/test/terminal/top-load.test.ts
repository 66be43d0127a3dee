import { readFile } from "node:fs/promises";
import { skipWithoutTerminal } from "@attune-tools/pseudo-terminal";
import { startRedis } from "@attune-tools/redis-server";
import { beforeEach, describe, expect, it } from "vitest";
import { newFolder } from "../in-folder.ts";
import { startFleet } from "./fleet.ts";
import { clearScreen, startAttune } from "./start-attune.ts";

beforeEach(skipWithoutTerminal);

const agents = 1000;
const everyMs = 100;
const seconds = 20;

describe("attune top under load", () => {
  it("draws a thousand agents that all beat ten times a second without flicker, and takes little", async () => {
    await using redis = await startRedis();
    await using fleet = await startFleet(redis.url, agents, everyMs);
    const started = await startAttune(["top", "--url", redis.url, "--interval", "100ms"], {
      cwd: await newFolder(),
      columns: 120,
      rows: 40,
    });
    const { terminal } = started;
    await terminal.until((screen) => screen.join("\n").includes(`of ${agents}`), "all agents");
    const pid = await started.pid();
    const before = {
      cpu: await cpuSeconds(pid),
      output: (await terminal.output()).length,
      at: performance.now(),
    };
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    const took = (performance.now() - before.at) / 1000;
    const share = ((await cpuSeconds(pid)) - before.cpu) / took;
    const output = (await terminal.output()).slice(before.output);
    const rounds = await fleet.end();

    // Between these two marks of a synchronized update is one picture.
    const pictures = new Set(output.split("\u001b[?2026h").slice(1));
    const figures = [
      `${(share * 100).toFixed(1)} % of a core`,
      `${(pictures.size / took).toFixed(1)} pictures a second`,
      `${(output.length / took / 1024).toFixed(1)} KiB/s to the terminal`,
      `the fleet beat ${rounds} times`,
    ];
    console.log(`attune top, ${agents} agents, 120x40: ${figures.join(", ")}`);
    expect(output.match(clearScreen)).toBeNull();
    // No line is made empty before it is drawn: only from where it differs.
    expect(output).not.toContain("\u001b[2K");
    expect(pictures.size / took).toBeGreaterThanOrEqual(5);
    // Its own processor time, of which a busy machine gives it less rather than more.
    expect(share).toBeLessThan(0.2);
    await terminal.press("q");
    expect(await terminal.exitCode()).toBe(0);
  });
});

/** What the process has used, in user and system mode; Linux counts in hundredths. */
async function cpuSeconds(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, "latin1");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
