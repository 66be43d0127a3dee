/** The suite notices what it is there for: each broken transport fails the tests that are named beside it. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { brokenClaims } from "./broken-claims.ts";
import { brokenGroups } from "./broken-groups.ts";
import { brokenInfo } from "./broken-info.ts";
import { brokenLifecycle } from "./broken-lifecycle.ts";
import { brokenMailboxes } from "./broken-mailboxes.ts";
import { brokenReads } from "./broken-reads.ts";
import { brokenReceipts } from "./broken-receipts.ts";
import { brokenRecords } from "./broken-records.ts";
import { brokenStreams } from "./broken-streams.ts";

/** The part of vitest's JSON report that is looked at. */
interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
    }[];
  }[];
}

const root = fileURLToPath(new URL("..", import.meta.url));
const broken = {
  ...brokenStreams,
  ...brokenReads,
  ...brokenGroups,
  ...brokenInfo,
  ...brokenLifecycle,
  ...brokenMailboxes,
  ...brokenReceipts,
  ...brokenRecords,
  ...brokenClaims,
};
const statuses = new Map<string, string>();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "attune-conformance-"));
  const outputFile = join(folder, "report.json");
  const vitest = join(fileURLToPath(import.meta.resolve("vitest/package.json")), "..", "vitest.mjs");
  const config = join(root, "test", "fixtures.vitest.config.ts");
  const args = [
    vitest,
    "run",
    "--config",
    config,
    "--root",
    root,
    "--reporter",
    "json",
    "--outputFile",
    outputFile,
  ];
  await new Promise<void>((resolve) => {
    // It ends with an error, since tests fail: the report tells which.
    execFile(process.execPath, args, { cwd: root, timeout: 100_000 }, () => resolve());
  });
  const report = JSON.parse(await readFile(outputFile, "utf8")) as Report;
  for (const { ancestorTitles, title, status } of report.testResults.flatMap(
    (file) => file.assertionResults,
  )) {
    statuses.set(`${ancestorTitles[0]} > ${title}`, status);
  }
}, 120_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the suite fails a transport that", () => {
  for (const [fault, { failing }] of Object.entries(broken)) {
    it(fault, () => {
      expect(failing).not.toEqual([]);
      for (const title of failing) {
        expect(statuses.get(`a transport that ${fault} conforms > ${title}`), title).toBe("failed");
      }
    });
  }
});
