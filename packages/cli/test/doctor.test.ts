import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Finding } from "@attune/transport";
import { freePort } from "@attune-tools/redis-server";
import { describe, expect, inject, it } from "vitest";
import { acting, hostile } from "./hostile-text.ts";
import { embeddedStore, newFolder } from "./in-folder.ts";
import { runCli } from "./run-cli.ts";

const findingsOf = (stdout: string) => JSON.parse(stdout) as Finding[];
const outcomeOf = (findings: readonly Finding[], check: string) =>
  findings.find((finding) => finding.check === check)?.outcome;

describe("attune doctor", () => {
  it("is content with an embedded file, and ends with 0", async () => {
    const cwd = await newFolder();
    await embeddedStore(cwd);
    const { code, stdout, stderr } = await runCli(["doctor"], { cwd });
    expect(stdout).toMatch(new RegExp(`^✓  Node +${process.versions.node}$`, "m"));
    expect(stdout).toMatch(/^✓ {2}@attune\/transport-sqlite +\d+\.\d+\.\d+$/m);
    expect(stdout).toMatch(/^✓ {2}SQLite version +3\.\d+/m);
    expect(stdout).toContain(`sqlite:${cwd}/.attune/attune.db (default)`);
    expect(stdout).not.toContain("✗");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  it("ends with 3 where the store cannot be reached, and says what to do", async () => {
    const cwd = await newFolder();
    const port = await freePort();
    const url = `redis://user:s3cret@127.0.0.1:${port}`;
    const text = await runCli(["doctor", "--url", url], { cwd });
    expect(text.code).toBe(3);
    expect(text.stdout).toMatch(/^✗ {2}connection +.*ECONNREFUSED/m);
    expect(text.stdout).toMatch(/\n\n✗ connection: Start the server/);
    expect(text.stdout + text.stderr).not.toContain("s3cret");
    const json = await runCli(["doctor", "--url", url, "--json"], { cwd });
    expect(json.code).toBe(3);
    expect(outcomeOf(findingsOf(json.stdout), "connection")).toBe("problem");
    expect(json.stdout + json.stderr).not.toContain("s3cret");
  });

  it("ends with 3 for a file that is no store", async () => {
    const cwd = await newFolder();
    await writeFile(
      join(cwd, "notes.txt"),
      "this is no database, but long enough to be read as one\n".repeat(40),
    );
    const run = await runCli(["doctor", "--url", "sqlite:notes.txt", "--json"], { cwd });
    expect(run.code).toBe(3);
    expect(findingsOf(run.stdout).some(({ outcome }) => outcome === "problem")).toBe(true);
  });

  it("a damaged configuration is a problem, and the rest is looked at all the same", async () => {
    const cwd = await newFolder();
    await writeFile(join(cwd, "attune.config.json"), '{ "urll": "redis://u:s3cret@h" }');
    const run = await runCli(["doctor", "--json"], { cwd });
    expect(run.code).toBe(1);
    const findings = findingsOf(run.stdout);
    expect(outcomeOf(findings, "configuration")).toBe("problem");
    expect(outcomeOf(findings, "Node")).toBe("ok");
    expect(run.stdout + run.stderr).not.toContain("s3cret");
    await writeFile(join(cwd, "attune.config.json"), '{ "url": "redis://u:s3cret@127.0.0.1:1" }');
    const away = await runCli(["doctor"], { cwd });
    expect(away.code).toBe(3);
    expect(away.stdout).toContain("attune.config.json: redis://127.0.0.1:1");
    expect(away.stdout + away.stderr).not.toContain("s3cret");
  });

  it("says of a store in memory that nobody else sees it", async () => {
    const run = await runCli(["doctor", "--url", "memory:"], { cwd: await newFolder() });
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/^! {2}memory /m);
    expect((await runCli(["doctor", "--url", "mysql://x"], { cwd: await newFolder() })).code).toBe(2);
  });

  it.skipIf(!inject("redisUrl"))("looks into a real Redis", async () => {
    const run = await runCli(["doctor", "--json"], {
      cwd: await newFolder(),
      env: { ATTUNE_URL: inject("redisUrl") },
    });
    expect(run.code).toBe(0);
    const findings = findingsOf(run.stdout);
    for (const check of ["connection", "version", "maxmemory-policy", "clock", "writing"]) {
      expect(outcomeOf(findings, check), check).toMatch(/^(ok|warning)$/);
    }
  });

  it("no name of a file reaches the terminal as it is", async () => {
    const cwd = join(await newFolder(), hostile.replaceAll("/", ""));
    await mkdir(cwd);
    await writeFile(join(cwd, "attune.config.json"), '{ "url": "sqlite:a.db" }');
    for (const args of [["doctor"], ["doctor", "--json"]]) {
      const { stdout, stderr } = await runCli(args, { cwd });
      expect(stdout).not.toMatch(acting);
      expect(stderr).not.toMatch(acting);
    }
  });
});
