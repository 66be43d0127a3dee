import { join } from "node:path";
import { Archive, openSink } from "@attune/archive";
import { DeadLetters, EventStreamer } from "@attune/streams";
import { Degradation, type Transport } from "@attune/transport";
import { describe, expect, inject, it } from "vitest";
import { acting, hostile } from "./hostile-text.ts";
import { embeddedStore, newFolder } from "./in-folder.ts";
import { runCli } from "./run-cli.ts";

/** Publishes so many, and has a group give them all up. Resolves with their ids. */
async function givenUp(transport: Transport, count: number, error = "the disk is full"): Promise<string[]> {
  const streamer = new EventStreamer({ transport, source: "ci" });
  const ids: string[] = [];
  for (let n = 1; n <= count; n++) ids.push(await streamer.publishEvent("build", { n, big: 2 ** 40 }));
  const group = { group: "deploy", eventTypes: ["build"], maxDeliveries: 1, consumer: "worker-1" } as const;
  await using consumer = streamer.consumeGroup(group);
  const silent = new DeadLetters(transport, new Degradation(transport, { component: "test" }));
  let seen = 0;
  for await (const event of consumer) {
    // As a consumer does it, but without its warnings.
    await silent.keep({
      group: "deploy",
      eventType: event.eventType,
      eventId: event.eventId,
      timestamp: event.timestamp,
      source: event.source,
      rawData: event.rawData,
      error,
      deliveryCount: 3,
      consumer: "worker-1",
    });
    await event.ack();
    if (++seen === count) break;
  }
  return ids;
}

describe("attune dead-letters", () => {
  it("shows every group with what is left to it and what it gave up", async () => {
    const cwd = await newFolder();
    const transport = await embeddedStore(cwd);
    await givenUp(transport, 3);
    await new EventStreamer({ transport }).publishEvent("build", { n: 4 });
    const { code, stdout } = await runCli(["dead-letters"], { cwd });
    const [header, line] = stdout.trimEnd().split("\n");
    expect(header).toMatch(/^GROUP +PENDING +LAG +REPLAYED +DEAD LETTERS +EVENT TYPES$/);
    expect(line).toMatch(/^deploy +0 +1 +0 +3 +build$/);
    expect(code).toBe(0);
    const json = await runCli(["dead-letters", "--json"], { cwd });
    expect(JSON.parse(json.stdout)).toEqual([
      { group: "deploy", event_types: ["build"], pending: 0, lag: 1, replayed: 0, dead_letters: 3 },
    ]);
  });

  it("lists them, and shows one with its error and data", async () => {
    const cwd = await newFolder();
    const [first, second] = await givenUp(await embeddedStore(cwd), 3, "Error: no\n  at line 3");
    const { stdout } = await runCli(["dead-letters", "list", "deploy", "--count", "2"], { cwd });
    const [header, ...lines] = stdout.trimEnd().split("\n");
    expect(header).toMatch(/^EVENT +TYPE +GIVEN UP +DELIVERED +CONSUMER +ERROR$/);
    expect(lines.map((line) => line.split(" ")[0])).toEqual([first, second]);
    expect(lines[0]).toMatch(/ {2}3 {2}worker-1 {2}Error: no {3}at line 3$/);
    const shown = await runCli(["dead-letters", "show", "deploy", second!], { cwd });
    expect(shown.code).toBe(0);
    for (const line of [/^event +\d+-\d+$/m, /^source +ci$/m, /^error +Error: no$/m, /^ +"n": 2,$/m]) {
      expect(shown.stdout).toMatch(line);
    }
    const json = await runCli(["dead-letters", "show", "deploy", second!, "--json"], { cwd });
    expect(JSON.parse(json.stdout)).toEqual({
      group: "deploy",
      event_id: second,
      event_type: "build",
      timestamp: expect.stringMatching(/Z$/),
      source: "ci",
      error: "Error: no\n  at line 3",
      delivery_count: 3,
      consumer: "worker-1",
      failed_at: expect.stringMatching(/Z$/),
      data: { n: 2, big: 2 ** 40 },
      data_kept: true,
    });
    const other = await runCli(["dead-letters", "list", "deploy", "--type", "other", "--json"], { cwd });
    expect(other).toMatchObject({ code: 0, stdout: "[]\n" });
    const misspelt = await runCli(["dead-letters", "list", "deplyo"], { cwd });
    expect(misspelt).toMatchObject({ code: 0, stdout: "" });
    expect(misspelt.stderr).toContain('did you mean "deploy"?');
  });

  it("ends with 4 where there is no such letter, before anything is changed", async () => {
    const cwd = await newFolder();
    const transport = await embeddedStore(cwd);
    const [first] = await givenUp(transport, 2);
    for (const args of [
      ["show", "deploy", "1-1"],
      ["replay", "deploy", first!, "1-1"],
      ["purge", "deploy", first!, "1-1", "--yes"],
      ["purge", "deploy", first!, "--type", "other", "--yes"],
      ["show", "others", first!],
    ]) {
      const run = await runCli(["dead-letters", ...args], { cwd });
      expect(run, args.join(" ")).toMatchObject({ code: 4, stdout: "" });
    }
    expect(await new EventStreamer({ transport }).countDeadLetters("deploy")).toBe(2);
    const wrong = await runCli(["dead-letters", "show", "deploy", "the-first"], { cwd });
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain("An event's id looks like");
  });

  it("replays one or all to their group", async () => {
    const cwd = await newFolder();
    const transport = await embeddedStore(cwd);
    const [first, ...others] = await givenUp(transport, 3);
    const one = await runCli(["dead-letters", "replay", "deploy", first!], { cwd });
    expect(one).toMatchObject({ code: 0, stdout: "1 replayed\n" });
    const all = await runCli(["dead-letters", "replay", "deploy", "--json"], { cwd });
    expect(JSON.parse(all.stdout)).toEqual({ group: "deploy", replayed: 2, left: 0 });
    const waiting = await runCli(["dead-letters", "--json"], { cwd });
    expect(JSON.parse(waiting.stdout)).toMatchObject([
      { group: "deploy", event_types: ["build"], pending: 0, lag: 0, replayed: 3, dead_letters: 0 },
    ]);
    const none = await runCli(["dead-letters", "replay", "deploy"], { cwd });
    expect(none).toMatchObject({ code: 0, stdout: "0 replayed\n" });
    const seen: string[] = [];
    for await (const event of new EventStreamer({ transport }).consumeGroup({
      group: "deploy",
      eventTypes: ["build"],
    })) {
      seen.push(event.eventId);
      if (seen.length === 3) break;
    }
    expect(seen).toEqual([first, ...others]);
  });

  it("purges only when it is told so", async () => {
    const cwd = await newFolder();
    const transport = await embeddedStore(cwd);
    const [first] = await givenUp(transport, 3);
    const streamer = new EventStreamer({ transport });
    const asked = await runCli(["dead-letters", "purge", "deploy"], { cwd });
    expect(asked).toMatchObject({ code: 2, stdout: "" });
    expect(asked.stderr).toContain('Forget 3 dead letters of "deploy"');
    expect(await streamer.countDeadLetters("deploy")).toBe(3);
    expect(await runCli(["dead-letters", "purge", "deploy", first!, "--yes"], { cwd })).toMatchObject({
      code: 0,
      stdout: "1 purged\n",
    });
    expect(await runCli(["dead-letters", "purge", "deploy", "-y", "--json"], { cwd })).toMatchObject({
      code: 0,
      stdout: '{"group":"deploy","purged":2}\n',
    });
    expect(await streamer.countDeadLetters("deploy")).toBe(0);
  });

  it("what an archive gave up is shown, and goes into its sink again", async () => {
    const cwd = await newFolder();
    const transport = await embeddedStore(cwd);
    const url = `jsonl:${join(cwd, "archive")}`;
    const deadLetters = new DeadLetters(transport, new Degradation(transport, { component: "test" }));
    await deadLetters.keep({
      group: "archive:archive",
      eventType: "build",
      eventId: "1-1",
      timestamp: new Date(),
      source: "ci",
      rawData: '{"n":1}',
      error: "too large",
      deliveryCount: 1,
      consumer: "jsonl",
    });
    const groups = await runCli(["dead-letters", "--json"], { cwd });
    expect(JSON.parse(groups.stdout)).toMatchObject([{ group: "archive:archive", dead_letters: 1 }]);
    // Nobody reads what is given back to an archive as to a group.
    const lost = await runCli(["dead-letters", "replay", "archive:archive"], { cwd });
    expect(lost).toMatchObject({ code: 2, stdout: "" });
    expect(lost.stderr).toContain("attune dead-letters replay archive:archive --to URL");
    // The sink has to have an archive of this name.
    await using sink = await openSink(url);
    await using archive = new Archive({ transport, sink });
    await archive.run({ until: "caught up" });
    const replayed = await runCli(["dead-letters", "replay", "archive:archive", "--to", url], { cwd });
    expect(replayed).toMatchObject({ code: 0, stdout: "1 replayed\n" });
    const archived = await runCli(["archive", "query", url, "--json"], { cwd });
    expect(JSON.parse(archived.stdout)).toMatchObject([{ event_id: "1-1", data: { n: 1 } }]);
    const wrong = await runCli(["dead-letters", "replay", "deploy", "--to", url], { cwd });
    expect(wrong.code).toBe(2);
  });

  it("an archive with a name of its own is listed while it holds back trimming, and it is said that others are not", async () => {
    const cwd = await newFolder();
    const transport = await embeddedStore(cwd);
    const deadLetters = new DeadLetters(transport, new Degradation(transport, { component: "test" }));
    for (const group of ["archive:nightly", "archive:hidden"]) {
      await deadLetters.keep({
        group,
        eventType: "build",
        eventId: "1-1",
        timestamp: new Date(),
        source: "ci",
        rawData: "1",
        error: "too large",
        deliveryCount: 1,
        consumer: "jsonl",
      });
    }
    const none = await runCli(["dead-letters"], { cwd });
    expect(none).toMatchObject({ code: 0, stdout: "" });
    expect(none.stderr).toContain("attune dead-letters list archive:NAME");
    await using sink = await openSink(`jsonl:${join(cwd, "archive")}`);
    await using archive = new Archive({
      transport,
      sink,
      name: "nightly",
      archiveBeforeTrim: { keep: 10, maxLength: 1000 },
    });
    const running = archive.run();
    const listed = async () =>
      (JSON.parse((await runCli(["dead-letters", "--json"], { cwd })).stdout) as { group: string }[]).map(
        ({ group }) => group,
      );
    await expect.poll(listed, { timeout: 20_000 }).toEqual(["archive:nightly"]);
    const found = await runCli(["dead-letters", "list", "archive:hidden", "--json"], { cwd });
    expect(JSON.parse(found.stdout)).toHaveLength(1);
    await archive.close();
    await running;
  });

  it.skipIf(!inject("redisUrl"))("works on a Redis", async () => {
    const cwd = await newFolder();
    const env = { ATTUNE_URL: inject("redisUrl") };
    const prefix = `cli-${process.pid}-${Date.now()}:`;
    const { openTransport } = await import("@attune/transport");
    await using transport = await openTransport(env.ATTUNE_URL, { prefix });
    const [first] = await givenUp(transport, 2);
    const run = (...args: string[]) => runCli(["dead-letters", ...args, "--prefix", prefix], { cwd, env });
    expect(JSON.parse((await run("--json")).stdout)).toMatchObject([{ group: "deploy", dead_letters: 2 }]);
    expect(await run("replay", "deploy", first!)).toMatchObject({ code: 0, stdout: "1 replayed\n" });
    expect(await run("purge", "deploy", "-y")).toMatchObject({ code: 0, stdout: "1 purged\n" });
    const streamer = new EventStreamer({ transport });
    for (const type of await streamer.listEventTypes()) await streamer.deleteStream(type);
  });

  it("nothing that an agent wrote reaches the terminal as it is", async () => {
    const cwd = await newFolder();
    const transport = await embeddedStore(cwd);
    const type = hostile;
    const streamer = new EventStreamer({ transport, source: hostile });
    const id = await streamer.publishEvent(type, { text: hostile });
    await using consumer = streamer.consumeGroup({ group: hostile, eventTypes: [type] });
    for await (const event of consumer) {
      await event.ack();
      break;
    }
    const deadLetters = new DeadLetters(transport, new Degradation(transport, { component: "test" }));
    for (const rawData of [JSON.stringify({ text: hostile }), `no JSON ${hostile}`]) {
      await deadLetters.keep({
        group: hostile,
        eventType: rawData.startsWith("{") ? type : `${type}2`,
        eventId: id,
        timestamp: new Date(),
        source: hostile,
        rawData,
        error: hostile,
        deliveryCount: 1,
        consumer: hostile,
      });
    }
    for (const args of [
      [],
      ["list", hostile],
      ["list", `${hostile}x`],
      ["show", hostile, id],
      ["show", hostile, id, "--type", type],
      ["show", hostile, id, "--type", `${type}2`],
      ["show", hostile, "1-1"],
      ["purge", hostile],
      ["replay", hostile, "1-1"],
      ["replay", hostile],
    ]) {
      for (const json of [[], ["--json"]]) {
        const { stdout, stderr } = await runCli(["dead-letters", ...args, ...json], { cwd });
        expect(stdout, args.join(" ")).not.toMatch(acting);
        expect(stderr, args.join(" ")).not.toMatch(acting);
      }
    }
  });
});
