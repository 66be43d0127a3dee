/** Output that cannot be written, readers that stop, and what is interrupted meanwhile. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";
import { EventStreamer } from "@attune/streams";
import { expect, it } from "vitest";
import { embeddedStore, newFolder } from "./in-folder.ts";
import { cleanEnv, execArgs, runCli } from "./run-cli.ts";

const command = [process.execPath, ...execArgs].map((word) => `'${word}'`).join(" ");

it.each(["events publish build 1", "agents --help", "--help"])(
  "%s on a full disk fails, and says so",
  async (args) => {
    const cwd = await newFolder();
    const script = `${command} ${args} --quiet >/dev/full; echo $? >&2`;
    const { stderr } = await promisify(execFile)("/bin/sh", ["-c", script], { cwd, env: cleanEnv({}) });
    expect(stderr).toMatch(/^attune: The output cannot be written: .*ENOSPC.*\n1\n$/);
  },
);

it("SIGTERM ends it also when its reader has stopped", async () => {
  const cwd = await newFolder();
  const streamer = new EventStreamer({ transport: await embeddedStore(cwd) });
  const events = Array.from({ length: 2000 }, (_, n) => ({
    eventType: "build",
    data: { n, text: "x".repeat(500) },
  }));
  await streamer.publishEvents(events);
  const child = spawn(process.execPath, [...execArgs, "events", "--since", "1d"], {
    cwd,
    env: cleanEnv({}),
    stdio: "pipe",
  });
  const exit = once(child, "exit") as Promise<[number | null, string | null]>;
  await once(child.stdout, "readable"); // and no more is read
  child.kill("SIGTERM");
  expect(await exit).toEqual([143, null]);
});

it("Ctrl-C ends what reads its data from stdin, and nothing is sent", async () => {
  const cwd = await newFolder();
  const streamer = new EventStreamer({ transport: await embeddedStore(cwd) });
  const child = spawn(process.execPath, [...execArgs, "events", "publish", "build", "-", "--debug"], {
    cwd,
    env: cleanEnv({}),
    stdio: "pipe",
  });
  const exit = once(child, "exit") as Promise<[number | null, string | null]>;
  // More than fits between them: once it is written, the other one reads.
  await new Promise<void>((resolve) => void child.stdin.write(`1${" ".repeat(900_000)}`, () => resolve()));
  child.kill("SIGINT");
  const result = await exit;
  child.stdin.destroy();
  expect(result).toEqual([130, null]);
  expect(await streamer.getStreamInfo("build")).toBeNull();
});

it("a whole number that JSON cannot keep is refused, and nothing is sent", async () => {
  const cwd = await newFolder();
  const refused = await runCli(["events", "publish", "build", '{"id": 12345678901234567890}'], { cwd });
  expect(refused).toMatchObject({ code: 2, stdout: "" });
  expect(refused.stderr).toContain("the number 12345678901234567890 cannot be kept exactly");
  for (const kept of ["1.10", "1e3", "-9007199254740991", "18014398509481984", '"12345678901234567890"']) {
    expect(await runCli(["events", "publish", "build", "--", kept], { cwd })).toMatchObject({ code: 0 });
  }
});
