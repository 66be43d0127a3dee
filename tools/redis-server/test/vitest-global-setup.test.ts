/** A whole run of Vitest with the global setup and the reporter, once with Redis and once without. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { redisCommand } from "../src/index.ts";

const vitest = join(import.meta.dirname, "../../../node_modules/vitest/vitest.mjs");
const fixture = join(import.meta.dirname, "fixture-run");

function runFixture(choice: Record<string, string>): Promise<{ failed: boolean; output: string }> {
  const { VITEST: _, ATTUNE_TEST_REDIS: __, ATTUNE_TEST_REDIS_URL: ___, ...env } = process.env;
  const args = [vitest, "run", "--root", fixture];
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      args,
      { env: { ...env, NO_COLOR: "1", ...choice } },
      (error, stdout, stderr) => {
        resolve({ failed: error !== null, output: stdout + stderr });
      },
    );
  });
}

test.skipIf(process.env.ATTUNE_TEST_REDIS === "skip")(
  "two projects share one server, the report names it, and it is gone after the run",
  async () => {
    const { failed, output } = await runFixture({});
    expect(failed, output).toBe(false);
    const urls = [...output.matchAll(/server at (\S+)/g)].map((match) => match[1]!);
    expect(urls).toHaveLength(2);
    expect(new Set(urls).size).toBe(1);
    expect(output).toMatch(/^Redis (Valkey )?\d+\.\d+\.\d+, from \S+/m);
    expect(output).not.toMatch(/NOT TESTED/);
    await expect(redisCommand(urls[0]!, ["PING"])).rejects.toThrow(/ECONNREFUSED/);
  },
  30_000,
);

test("a run that leaves Redis out says so and counts what was skipped", async () => {
  const { failed, output } = await runFixture({ ATTUNE_TEST_REDIS: "skip" });
  expect(failed, output).toBe(false);
  expect(output).toMatch(
    /NOT TESTED: everything that needs Redis \(ATTUNE_TEST_REDIS=skip\)\n2 tests were skipped/,
  );
}, 30_000);

test("a run whose server cannot be reached fails", async () => {
  const { failed, output } = await runFixture({ ATTUNE_TEST_REDIS_URL: "redis://127.0.0.1:1" });
  expect(failed).toBe(true);
  expect(output).toMatch(/ATTUNE_TEST_REDIS_URL does not answer/);
}, 30_000);
