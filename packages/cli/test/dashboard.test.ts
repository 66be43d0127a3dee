import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EventStreamer } from "@attune/streams";
import { expect, it } from "vitest";
import { embeddedStore, newFolder } from "./in-folder.ts";
import { runCli } from "./run-cli.ts";
import { startCli } from "./start-cli.ts";

interface Started {
  readonly url: string;
  readonly link: string;
  readonly token: string;
  readonly location: string;
}

async function asked(started: Started, path: string): Promise<unknown> {
  const response = await fetch(`${started.url}${path}`, {
    headers: { authorization: `Bearer ${started.token}` },
  });
  return response.json();
}

it("attune dashboard serves the chosen store until it is interrupted", async () => {
  const cwd = await newFolder();
  const transport = await embeddedStore(cwd);
  await new EventStreamer({ transport }).publishEvent("built", { commit: "9f3c" });
  const { child, lines, exit } = startCli(["dashboard", "--port", "0", "--json"], cwd);
  const started = JSON.parse((await lines.next()).value!) as Started;
  expect(started.link).toBe(`${started.url}/?token=${started.token}`);
  expect(started.location).toContain(cwd);
  expect(await asked(started, "/api/health")).toMatchObject({ status: "ok" });
  expect(await asked(started, "/api/events?type=built")).toMatchObject({
    events: [{ event_type: "built", data: { commit: "9f3c" } }],
  });
  child.kill("SIGINT");
  expect(await exit).toEqual([130, null]);
  await expect(fetch(started.url)).rejects.toThrow();
});

it("takes the token from the environment, so that links stay the same", async () => {
  const cwd = await newFolder();
  const env = { ATTUNE_DASHBOARD_TOKEN: "a-token-of-our-own" };
  const { child, lines, exit } = startCli(["dashboard", "--port", "0"], cwd, env);
  expect((await lines.next()).value).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=a-token-of-our-own$/);
  child.kill("SIGTERM");
  expect(await exit).toEqual([143, null]);
});

it.each([
  [["--port", "eighty"], "--port takes a whole number"],
  [["--port", "65536"], "port"],
  [["--host", "0.0.0.0"], "--allow-remote"],
  [["--host", "0.0.0.0", "--allow-remote"], "ATTUNE_DASHBOARD_TOKEN"],
  [["--public-url", "attune.example.com"], "no http or https URL"],
  [["--webhook", "file:///etc/passwd"], "http"],
  [["--alerts", "nowhere.json"], "nowhere.json cannot be read"],
])("%j is a mistake that is told before anything is opened", async (args, message) => {
  const { code, stderr } = await runCli(["dashboard", ...args], { cwd: await newFolder() });
  expect(stderr).toContain(message);
  expect(code).toBe(2);
});

it("names the rule that an alert file gets wrong", async () => {
  const cwd = await newFolder();
  const file = join(cwd, "alerts.json");
  await writeFile(file, '{"agents_lost": {"threshold": "many"}}');
  const { code, stderr } = await runCli(["dashboard", "--alerts", file], { cwd });
  expect(stderr).toContain("agents_lost");
  expect(code).toBe(2);
});
