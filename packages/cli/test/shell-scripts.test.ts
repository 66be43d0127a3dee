/** The script of docs/shell-scripts.md, run as it is printed there. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { coordinationSignal } from "@attune/signals";
import { EventStreamer } from "@attune/streams";
import { openTransport } from "@attune/transport";
import { redisCommand } from "@attune-tools/redis-server";
import type {} from "@attune-tools/redis-server/vitest-global-setup";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { attuneOnPath } from "./attune-on-path.ts";
import { newFolder } from "./in-folder.ts";

const redisUrl = inject("redisUrl");

const document = await readFile(join(import.meta.dirname, "../../../docs/shell-scripts.md"), "utf8");
const blocks = [...document.matchAll(/^```sh file=release\.sh\n([\s\S]*?)^```$/gm)];
const script = blocks[0]?.[1] ?? "";

/** The script in a folder of its own, with `attune` on PATH. */
async function scriptIn(cwd: string, env: Record<string, string>) {
  await writeFile(join(cwd, "release.sh"), script);
  const child = spawn("/bin/sh", ["release.sh"], {
    cwd,
    env: await attuneOnPath(cwd, env),
    stdio: ["ignore", "pipe", "pipe"],
    detached: true, // a group of processes of its own, with the jobs
  });
  onTestFinished(() => {
    if (child.exitCode === null) process.kill(-child.pid!, "SIGKILL");
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
  // Once nobody is left who could write, that is: no job of it.
  const ended = once(child, "close").then(([code]) => ({ code: code as number | null, stdout, stderr }));
  const told = (words: string) => expect.poll(() => stderr, { timeout: 20_000 }).toContain(words);
  return { child, ended, told };
}

/** What the jobs told each other and everybody, in the order in which they did; without the names of the run. */
async function eventsOf(url: string): Promise<string[]> {
  await using transport = await openTransport(url);
  const told: { readonly at: number; readonly text: string }[] = [];
  const bare = (agent: string) => agent.replace(/-\d+-\d+$/, "");
  for await (const event of new EventStreamer({ transport }).replayEvents({
    eventTypes: [coordinationSignal],
  })) {
    if (!event.valid) throw new Error(event.invalidReason);
    const { timestamp, source_agent, target_agent, signal_type, payload } = event.data;
    // Made before it was sent, while the event is published after that.
    const way = `${bare(source_agent)} → ${bare(target_agent ?? "all")}`;
    told.push({ at: Date.parse(timestamp!), text: `${way}: ${signal_type} ${JSON.stringify(payload)}` });
  }
  for await (const event of new EventStreamer({ transport }).replayEvents({
    eventTypes: ["build_progress", "deployed"],
  })) {
    const { source, eventType, rawData } = event;
    told.push({ at: event.timestamp.getTime(), text: `${bare(source)}: ${eventType} ${rawData}` });
  }
  return told.sort((one, other) => one.at - other.at).map((each) => each.text);
}

const stores = [{ store: "a file" }, ...(redisUrl ? [{ store: "a real Redis" }] : [])];

describe("docs/shell-scripts.md", () => {
  it("shows one script", () => {
    expect(blocks).toHaveLength(1);
    expect(script.split("\n").length).toBeLessThan(60);
  });

  it.each(stores)(
    "three jobs of a shell build, test and deploy, one after the other, on $store",
    async ({ store }) => {
      const cwd = await newFolder();
      const url = store === "a file" ? `sqlite:${cwd}/.attune/attune.db` : new URL("/13", redisUrl).href;
      if (store !== "a file") await redisCommand(url, ["FLUSHDB"]);
      const { ended } = await scriptIn(cwd, store === "a file" ? {} : { ATTUNE_URL: url });
      const { code, stdout, stderr } = await ended;
      expect(stderr).not.toContain("attune:");
      expect({ code, stdout }).toEqual({ code: 0, stdout: 'compile\nlink\ncheck {"version":7}\n' });
      expect(await eventsOf(url)).toEqual([
        'builder: build_progress {"done":"compile"}',
        'builder: build_progress {"done":"link"}',
        'builder → tester: built {"version":7}',
        'tester → deployer: tested {"version":7}',
        'deployer: deployed {"version":7}',
      ]);
    },
  );

  it("a build that breaks is told to all, and nothing is deployed", async () => {
    const cwd = await newFolder();
    await writeFile(join(cwd, "build.sh"), 'if [ "$1" = link ]; then exit 1; fi\n');
    const { ended } = await scriptIn(cwd, { BUILD: "sh build.sh" });
    const { code, stderr } = await ended;
    expect(code).toBe(1);
    expect(stderr).toContain('not deployed: "link failed"\n');
    expect(await eventsOf(`sqlite:${cwd}/.attune/attune.db`)).toEqual([
      'builder: build_progress {"done":"compile"}',
      'builder → tester: abort "link failed"',
      'tester → deployer: abort "link failed"',
    ]);
  });

  it("silence is 124, and SIGTERM ends all jobs", async () => {
    const [silent, ended] = [await newFolder(), await newFolder()];
    // A build that goes on until it is told to end.
    const build = "until [ -f go ]; do sleep 0.05; [ -f build.sh ] || exit 1; done\n";
    for (const cwd of [silent, ended]) await writeFile(join(cwd, "build.sh"), build);
    const late = await scriptIn(silent, { BUILD: "sh build.sh", LIMIT: "1" });
    const stopped = await scriptIn(ended, { BUILD: "sh build.sh" });
    await late.told("no word within 1");
    await writeFile(join(silent, "go"), "");
    expect(await late.ended).toMatchObject({ code: 124 });
    await stopped.told("Store:"); // a job has begun
    stopped.child.kill("SIGTERM");
    await writeFile(join(ended, "go"), "");
    expect(await stopped.ended).toMatchObject({ code: 143 });
  });
});
