import { randomUUID } from "node:crypto";
import { CoordinationSignals } from "@attune/signals";
import { EventStreamer } from "@attune/streams";
import { openTransport, silentLogger, type Transport } from "@attune/transport";
import type {} from "@attune-tools/redis-server/vitest-global-setup";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { acting, hostile } from "./hostile-text.ts";
import { embeddedStore, newFolder } from "./in-folder.ts";
import { runCli } from "./run-cli.ts";
import { startCli } from "./start-cli.ts";

const redisUrl = inject("redisUrl");

function agentOn(transport: Transport, agentId: string, enableStreaming = false): CoordinationSignals {
  const agent = new CoordinationSignals({ agentId, transport, enableStreaming });
  onTestFinished(() => agent.close());
  return agent;
}

describe("attune signals", () => {
  it("shows the newest that were published, and what waits in a mailbox without taking it", async () => {
    const cwd = await newFolder();
    const transport = await embeddedStore(cwd);
    await using builder = new CoordinationSignals({ agentId: "builder", transport, enableStreaming: true });
    await builder.signal({ signalType: "built", targetAgent: "tester", payload: { n: 1 } });
    await builder.broadcast({ signalType: "pause" });
    await agentOn(transport, "quiet").signal({ signalType: "secret", targetAgent: "tester", payload: 2 });
    await builder.close();

    const { code, stdout, stderr } = await runCli(["signals"], { cwd });
    expect(code).toBe(0);
    const time = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}`;
    expect(stdout).toMatch(
      new RegExp(`^${time}  built +builder → tester +\\{"n":1\\}\n${time}  pause +builder → all\n$`),
    );
    expect(stderr).toContain("Store: ");

    const waiting = await runCli(["signals", "--agent", "tester", "--json"], { cwd });
    expect(JSON.parse(waiting.stdout)).toMatchObject([
      {
        signal_type: "built",
        source_agent: "builder",
        target_agent: "tester",
        payload: { n: 1 },
        ttl_seconds: 60,
      },
      { signal_type: "pause", source_agent: "builder", target_agent: null, payload: null },
      { signal_type: "secret", source_agent: "quiet", payload: 2 },
    ]);
    expect(waiting.stderr).toBe("");
    expect(await agentOn(transport, "tester").getPendingSignals()).toHaveLength(3);
  });

  it("--type, --from, --count and --since choose", async () => {
    const cwd = await newFolder();
    const transport = await embeddedStore(cwd);
    for (const name of ["a", "b", "c"]) {
      await using agent = new CoordinationSignals({ agentId: name, transport, enableStreaming: true });
      for (const signalType of ["one", "two", "three"]) await agent.signal({ signalType, targetAgent: "x" });
    }
    const chosen = async (...args: string[]) => {
      const { stdout } = await runCli(["signals", "--json", ...args], { cwd });
      const found = JSON.parse(stdout) as { source_agent: string; signal_type: string }[];
      return found.map(({ source_agent, signal_type }) => `${source_agent} ${signal_type}`);
    };
    expect(await chosen("--count", "2")).toEqual(["c two", "c three"]);
    expect(await chosen("--from", "a,b", "--type", "one")).toEqual(["a one", "b one"]);
    expect(await chosen("--type", "one", "--type", "two", "--count", "2")).toEqual(["c one", "c two"]);
    expect(await chosen("--since", "2999-01-01")).toEqual([]);
    expect(await chosen("--since", "1h")).toHaveLength(9);
    expect(await chosen("--agent", "x", "--from", "b", "--count", "1")).toEqual(["b one"]);
  });

  it("says why there may be none, and makes no file to look into", async () => {
    const cwd = await newFolder();
    const none = await runCli(["signals"], { cwd });
    expect(none).toMatchObject({ code: 0, stdout: "" });
    expect(none.stderr).toContain("enableStreaming: true");
    const nothing = await runCli(["signals", "--agent", "x"], { cwd });
    expect(nothing.stderr).toContain('Nothing waits for "x".');
    expect((await runCli(["signals", "--json"], { cwd })).stdout).toBe("[]\n");
  });

  it("leaves out events that are no signals, and says so", async () => {
    const cwd = await newFolder();
    const transport = await embeddedStore(cwd);
    await new EventStreamer({ transport }).publishEvent("coordination_signal", { signal_type: "half" });
    const { code, stdout, stderr } = await runCli(["signals"], { cwd });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toContain("attune events --type coordination_signal shows it");
  });

  it("no text of a signal acts on the terminal, in any form", async () => {
    const cwd = await newFolder();
    const transport = await embeddedStore(cwd);
    await using agent = new CoordinationSignals({ agentId: hostile, transport, enableStreaming: true });
    const signal = { signalType: `type${hostile}`, targetAgent: `x${hostile}`, payload: { text: hostile } };
    await agent.signal(signal);
    await agent.signal(signal);
    await agent.close();
    const me = ["--as", signal.targetAgent];
    for (const args of [
      ["signals"],
      ["signals", "--json"],
      ["signals", "--agent", signal.targetAgent],
      ["signals", "--agent", signal.targetAgent, "--json"],
      ["signals", "wait", signal.signalType, ...me, "--with-type"],
      ["signals", "wait", signal.signalType, ...me, "--json"],
      ["signals", "wait", signal.signalType, ...me, "--timeout", "0"],
    ]) {
      const { code, stdout, stderr } = await runCli(args, { cwd });
      expect(code).toBe(args.includes("--timeout") ? 124 : 0);
      expect(stdout + stderr).toContain("type");
      expect(stdout + stderr).not.toMatch(acting);
    }
  });
});

describe("attune signals send", () => {
  it("prints the id; the signal is in the mailbox, and in the events", async () => {
    const cwd = await newFolder();
    const sent = await runCli(["signals", "send", "go", '{"v":7}', "--to", "deployer", "--ttl", "2m"], {
      cwd,
      env: { ATTUNE_AGENT: "ci" },
    });
    expect(sent.code).toBe(0);
    const transport = await embeddedStore(cwd);
    const [signal] = await agentOn(transport, "deployer").getPendingSignals();
    expect(signal).toMatchObject({ sourceAgent: "ci", payload: { v: 7 }, ttlMs: 120_000 });
    expect(sent.stdout).toBe(`${signal?.signalId}\n`);
    const [event] = await new EventStreamer({ transport }).getRecentEvents("coordination_signal");
    expect(event?.data).toMatchObject({ signal_id: signal?.signalId });
    const toAll = await runCli(["signals", "send", "stop", "-", "--broadcast", "--as", "me", "--json"], {
      cwd,
      input: '["from", "stdin"]',
    });
    expect(JSON.parse(toAll.stdout)).toMatchObject({ source_agent: "me", target_agent: null });
    expect(await agentOn(transport, "anybody").checkSignal()).toMatchObject({ payload: ["from", "stdin"] });
  });

  it("refuses what cannot be meant before anything is sent, and names the right form", async () => {
    const cwd = await newFolder();
    const refused = async (message: string, ...args: string[]) => {
      const { code, stdout, stderr } = await runCli(["signals", ...args], { cwd });
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toContain(message);
      expect(stderr).not.toContain("Store:");
    };
    await refused("either --to AGENT or --broadcast", "send", "go");
    await refused("either --to AGENT or --broadcast", "send", "go", "--to", "a", "--broadcast");
    await refused('"a text"', "send", "go", "{v:7}", "--to", "a");
    await refused("--ttl", "send", "go", "--to", "a", "--ttl", "soon");
    await refused("--ttl", "send", "go", "--to", "a", "--ttl", "0");
    await refused("--to must be a non-empty", "send", "go", "--to", "");
    await refused("missing required argument", "wait");
    await refused("--timeout", "wait", "go", "--timeout", "soon");
    await refused("signals of one type", "wait", "go", "stop", "--count", "2");
    await refused("--from a,b,c", "wait", "go", "--all");
    await refused("--from a,b,c --all", "wait", "go", "--count", "2", "--from", "a");
    await refused("wait takes no --since", "wait", "go", "--since", "1h");
    await refused("send takes no --follow", "send", "go", "--to", "a", "--follow");
    await refused("Did you mean wait", "wiat");
    await refused("--agent ID", "clear");
    await refused("--since", "--agent", "a", "--since", "1h");
  });

  it.skipIf(!redisUrl)("fails when the mailbox is full", async () => {
    const cwd = await newFolder();
    const prefix = `cli-${randomUUID()}:`;
    // Long enough for a slow machine: nothing else than a full mailbox is to refuse.
    await using transport = await openTransport(redisUrl, { prefix, operationTimeoutMs: 20_000 });
    await using flood = new CoordinationSignals({ agentId: "flood", transport, logger: silentLogger });
    const one = () => flood.signal({ signalType: "x", targetAgent: "full" });
    let sent: string[] = [];
    while (!sent.includes("")) sent = await Promise.all(Array.from({ length: 500 }, one));
    const { code, stdout, stderr } = await runCli(
      ["signals", "send", "x", "--to", "full", "--url", redisUrl, "--prefix", prefix],
      { cwd },
    );
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain('the mailbox of "full" is full');
    await agentOn(transport, "full").clearSignals();
  });
});

describe("attune signals wait", () => {
  it("prints the payload of the first that comes as one line; --timeout 0 looks once", async () => {
    const cwd = await newFolder();
    const boss = agentOn(await embeddedStore(cwd), "boss");
    const waiting = runCli(["signals", "wait", "go"], { cwd, env: { ATTUNE_AGENT: "worker" } });
    await boss.signal({ signalType: "other", targetAgent: "worker" });
    await boss.signal({ signalType: "go", targetAgent: "worker", payload: { text: "two\nlines", n: 1 } });
    expect(await waiting).toMatchObject({ code: 0, stdout: '{"text":"two\\nlines","n":1}\n' });
    const none = await runCli(["signals", "wait", "go", "--as", "worker", "--timeout", "0"], { cwd });
    expect(none).toMatchObject({ code: 124, stdout: "" });
    expect(none.stderr).toContain('No signal of type "go" is there.');
    const late = await runCli(["signals", "wait", "go", "stop", "--timeout", "200ms"], { cwd });
    expect(late).toMatchObject({ code: 124, stdout: "" });
    expect(late.stderr).toContain('No signal of type "go" or "stop" came within 0.2 s.');
  });

  it("any of several types and senders; --with-type says which; --json is the whole signal", async () => {
    const cwd = await newFolder();
    const transport = await embeddedStore(cwd);
    await agentOn(transport, "stranger").signal({ signalType: "go", targetAgent: "shell" });
    await agentOn(transport, "boss").broadcast({ signalType: "abort", payload: "too late" });
    const wait = ["signals", "wait", "go", "abort", "--from", "boss,ceo", "--timeout", "0"];
    const first = await runCli([...wait, "--with-type"], { cwd });
    expect(first).toMatchObject({ code: 0, stdout: 'abort "too late"\n' });
    expect(await runCli(wait, { cwd })).toMatchObject({ code: 124 });
    const whole = await runCli(["signals", "wait", "go", "--json"], { cwd });
    expect(JSON.parse(whole.stdout)).toMatchObject({
      signal_type: "go",
      source_agent: "stranger",
      target_agent: "shell",
      payload: null,
    });
  });

  it("a barrier takes all or nothing: --count, or --from with --all", async () => {
    const cwd = await newFolder();
    const transport = await embeddedStore(cwd);
    const say = (from: string, payload: number) =>
      agentOn(transport, from).signal({ signalType: "done", targetAgent: "shell", payload });
    await say("a", 1);
    const wait = ["signals", "wait", "done"];
    expect(await runCli([...wait, "--count", "2", "--timeout", "0"], { cwd })).toMatchObject({ code: 124 });
    const all = runCli([...wait, "--from", "b,a", "--all"], { cwd });
    await say("b", 2);
    expect(await all).toMatchObject({ code: 0, stdout: "2\n1\n" });
    await say("b", 3);
    await say("b", 4);
    expect(await runCli([...wait, "--count", "2"], { cwd })).toMatchObject({ code: 0, stdout: "3\n4\n" });
  });

  it("several shells of one name share a mailbox: each signal goes to one of them", async () => {
    const cwd = await newFolder();
    const boss = agentOn(await embeddedStore(cwd), "boss");
    const shells = Array.from({ length: 4 }, () => runCli(["signals", "wait", "job"], { cwd }));
    for (const payload of [1, 2, 3, 4])
      await boss.signal({ signalType: "job", targetAgent: "shell", payload });
    const taken = (await Promise.all(shells)).map(({ stdout }) => Number(stdout));
    expect(taken.sort()).toEqual([1, 2, 3, 4]);
  });

  it("Ctrl-C ends it with 130, and takes nothing", async () => {
    const cwd = await newFolder();
    const boss = agentOn(await embeddedStore(cwd), "boss");
    const { child, told, exit } = startCli(["signals", "wait", "go"], cwd);
    expect((await told.next()).value).toContain("Store:");
    child.kill("SIGINT");
    expect(await exit).toEqual([130, null]);
    await boss.signal({ signalType: "go", targetAgent: "shell" });
    expect(await agentOn(await embeddedStore(cwd), "shell").getPendingSignals()).toHaveLength(1);
  });

  it("a store that cannot be reached is 3", async () => {
    const cwd = await newFolder();
    const env = { ATTUNE_URL: "redis://127.0.0.1:1" };
    for (const args of [["wait", "go"], ["send", "go", "--to", "a"], []]) {
      expect(await runCli(["signals", ...args], { cwd, env })).toMatchObject({ code: 3, stdout: "" });
    }
  });
});

describe("attune signals clear", () => {
  it("asks first, and removes from that mailbox only", async () => {
    const cwd = await newFolder();
    const transport = await embeddedStore(cwd);
    const boss = agentOn(transport, "boss");
    for (const signalType of ["go", "stop", "stop"]) await boss.signal({ signalType, targetAgent: "worker" });
    await boss.signal({ signalType: "stop", targetAgent: "other" });
    const clear = ["signals", "clear", "--agent", "worker"];
    const unasked = await runCli(clear, { cwd });
    expect(unasked).toMatchObject({ code: 2, stdout: "" });
    expect(unasked.stderr).toContain('Remove 3 signals that wait for "worker"');
    const stops = await runCli([...clear, "--type", "stop", "--yes"], { cwd });
    expect(stops).toMatchObject({ code: 0, stdout: "2 signals removed\n" });
    const rest = await runCli([...clear, "-y", "--json"], { cwd });
    expect(JSON.parse(rest.stdout)).toEqual({ agent_id: "worker", removed: 1 });
    expect(await runCli(clear, { cwd })).toMatchObject({ code: 0, stdout: "0 signals removed\n" });
    expect(await agentOn(transport, "other").getPendingSignals()).toHaveLength(1);
  });
});

describe("attune signals --follow", () => {
  const stores = [
    { store: "a file", url: "" },
    ...(redisUrl ? [{ store: "a real Redis", url: redisUrl }] : []),
  ];
  it.each(stores)("tells of each as it is sent, on $store; --agent of one agent's", async ({ url }) => {
    const cwd = await newFolder();
    const prefix = `cli-${randomUUID()}:`;
    const transport = url ? await openTransport(url, { prefix }) : await embeddedStore(cwd);
    onTestFinished(() => transport.close());
    const env: Record<string, string> = url ? { ATTUNE_URL: url } : {};
    const follow = ["signals", "--follow", ...(url ? ["--prefix", prefix] : [])];
    const ofB = startCli([...follow, "--agent", "b"], cwd, env);
    expect((await ofB.told.next()).value).toContain("Store:");
    expect((await ofB.told.next()).value).toBe("Following. Ctrl-C ends.");
    const [a, b] = [agentOn(transport, "a", true), agentOn(transport, "b", true)];
    await a.signal({ signalType: "other", targetAgent: "c" });
    await a.signal({ signalType: "task", targetAgent: "b" });
    expect((await ofB.lines.next()).value).toMatch(/ {2}task +a → b$/);
    await b.signal({ signalType: "done", targetAgent: "c", payload: 7 });
    expect((await ofB.lines.next()).value).toMatch(/ {2}done +b → c +7$/);
    await a.broadcast({ signalType: "stop" });
    expect((await ofB.lines.next()).value).toMatch(/ {2}stop +a → all$/);
    const counted = await runCli([...follow, "--since", "1h", "--count", "3", "--json"], { cwd, env });
    const seen = counted.stdout.trimEnd().split("\n");
    expect(seen.map((line) => (JSON.parse(line) as { signal_type: string }).signal_type)).toEqual([
      "other",
      "task",
      "done",
    ]);
    expect(counted).toMatchObject({ code: 0, stderr: "" });
    ofB.child.kill("SIGINT");
    expect(await ofB.exit).toEqual([130, null]);
  });
});
