import { FeedbackLoop, type Tier } from "@attune/feedback";
import { describe, expect, it } from "vitest";
import { acting, hostile } from "./hostile-text.ts";
import { embeddedStore, newFolder } from "./in-folder.ts";
import { runCli } from "./run-cli.ts";

/** So many ratings of a stage. */
async function rate(
  feedback: FeedbackLoop,
  [workflowName, stageName, tier]: readonly [string, string, Tier],
  scores: readonly number[],
): Promise<void> {
  for (const qualityScore of scores) {
    await feedback.recordFeedback({ workflowName, stageName, tier, qualityScore });
  }
}

const times = (count: number, score: number) => Array.from({ length: count }, () => score);

async function ratedFolder(): Promise<string> {
  const cwd = await newFolder();
  await using feedback = new FeedbackLoop({ transport: await embeddedStore(cwd) });
  await rate(feedback, ["review", "judge", "cheap"], times(12, 0.5));
  await rate(feedback, ["review", "judge", "premium"], [0.9, 1]);
  await rate(feedback, ["review", "find", "cheap"], times(10, 0.8));
  await rate(feedback, ["audit", "find", "capable"], times(10, 0.65));
  return cwd;
}

describe("attune feedback", () => {
  it("shows every rated stage with its figures", async () => {
    const cwd = await ratedFolder();
    const { code, stdout, stderr } = await runCli(["feedback"], { cwd });
    const [header, ...lines] = stdout.trimEnd().split("\n");
    expect(header).toMatch(/^WORKFLOW +STAGE +TIER +AVERAGE +TRUE WITH 95 % +RANGE +TREND +RATINGS$/);
    expect(lines.map((line) => line.split(/ {2,}/).slice(0, 4))).toEqual([
      ["audit", "find", "capable", "0.650"],
      ["review", "find", "cheap", "0.800"],
      ["review", "judge", "cheap", "0.500"],
      ["review", "judge", "premium", "0.950"],
    ]);
    expect(lines[3]).toMatch(/0\.900 to 1\.000 +\+0\.000 +2$/);
    expect(stderr).toBe(`Store: sqlite:${cwd}/.attune/attune.db (default)\n`);
    expect(code).toBe(0);
  });

  it("stats are those of a workflow, of a stage, of a tier; 4 where there are none", async () => {
    const cwd = await ratedFolder();
    const review = await runCli(["feedback", "stats", "review", "--json"], { cwd });
    const stages = JSON.parse(review.stdout) as Record<string, unknown>[];
    expect(stages.map(({ stage_name, tier }) => [stage_name, tier])).toEqual([
      ["find", "cheap"],
      ["judge", "cheap"],
      ["judge", "premium"],
    ]);
    const judge = await runCli(["feedback", "stats", "review", "judge", "--tier", "premium", "--json"], {
      cwd,
    });
    expect(JSON.parse(judge.stdout)).toEqual([
      {
        workflow_name: "review",
        stage_name: "judge",
        tier: "premium",
        average_quality: 0.95,
        min_quality: 0.9,
        max_quality: 1,
        sample_count: 2,
        trend: 0,
        interval: [expect.any(Number), expect.any(Number)],
      },
    ]);
    const none = await runCli(["feedback", "stats", "review", "jugde"], { cwd });
    expect(none).toMatchObject({ code: 4, stdout: "" });
    expect(none.stderr).toContain('no ratings of the stage "jugde" of the workflow "review"');
  });

  it("recommends a tier: alone on stdout, the reason beside it", async () => {
    const cwd = await ratedFolder();
    const text = await runCli(["feedback", "recommend", "review", "judge", "--tier", "cheap"], { cwd });
    expect(text).toMatchObject({ code: 0, stdout: "capable\n" });
    expect(text.stderr).toContain("the average quality of cheap is 0.5, below 0.7 (confidence 60 %)");
    const json = await runCli(["feedback", "recommend", "review", "find", "--tier", "cheap", "--json"], {
      cwd,
    });
    expect(JSON.parse(json.stdout)).toMatchObject({
      workflow_name: "review",
      stage_name: "find",
      current_tier: "cheap",
      recommended_tier: "cheap",
      confidence: 0.5,
      stats: { sample_count: 10 },
    });
    const missing = await runCli(["feedback", "recommend", "review", "judge"], { cwd });
    expect(missing).toMatchObject({ code: 2, stdout: "" });
    expect(missing.stderr).toContain("--tier <current>");
    const unknown = await runCli(["feedback", "recommend", "review", "judge", "--tier", "huge"], { cwd });
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain("cheap, capable, premium");
  });

  it("underperforming are those below the threshold, the worst first", async () => {
    const cwd = await ratedFolder();
    const poor = await runCli(["feedback", "underperforming", "--json"], { cwd });
    expect(
      (JSON.parse(poor.stdout) as { average_quality: number }[]).map((one) => one.average_quality),
    ).toEqual([0.5, 0.65]);
    const poorer = await runCli(["feedback", "underperforming", "--threshold", ".6"], { cwd });
    expect(poorer.stdout.trimEnd().split("\n")).toHaveLength(2);
    const none = await runCli(["feedback", "underperforming", "--threshold", "0.1"], { cwd });
    expect(none).toMatchObject({ code: 0, stdout: "" });
    for (const threshold of ["1.5", "-1", "poor", ""]) {
      const run = await runCli(["feedback", "underperforming", `--threshold=${threshold}`], { cwd });
      expect(run).toMatchObject({ code: 2, stdout: "" });
      expect(run.stderr).toContain("--threshold is a number from 0 to 1");
    }
  });

  it("makes nothing where there is nothing", async () => {
    const cwd = await newFolder();
    expect(await runCli(["feedback", "--json"], { cwd })).toMatchObject({ code: 0, stdout: "[]\n" });
    expect((await runCli(["feedback"], { cwd })).stderr).toContain("No ratings.");
    expect(await runCli(["feedback", "recommend", "w", "s", "--tier", "cheap"], { cwd })).toMatchObject({
      code: 0,
      stdout: "cheap\n",
    });
  });

  it("no name of a workflow or stage reaches the terminal as it is", async () => {
    const cwd = await newFolder();
    await using feedback = new FeedbackLoop({ transport: await embeddedStore(cwd) });
    await rate(feedback, [hostile, hostile, "cheap"], times(10, 0.1));
    for (const args of [
      ["feedback"],
      ["feedback", "--json"],
      ["feedback", "stats", hostile],
      ["feedback", "stats", hostile, hostile, "--json"],
      ["feedback", "stats", hostile, "none"],
      ["feedback", "recommend", hostile, hostile, "--tier", "cheap"],
      ["feedback", "recommend", hostile, hostile, "--tier", "cheap", "--json"],
      ["feedback", "underperforming"],
      ["feedback", "underperforming", "--json"],
    ]) {
      const { stdout, stderr } = await runCli(args, { cwd });
      expect(stdout, args.join(" ")).not.toMatch(acting);
      expect(stderr, args.join(" ")).not.toMatch(acting);
    }
    const json = JSON.parse((await runCli(["feedback", "--json"], { cwd })).stdout);
    expect(json[0]).toMatchObject({ workflow_name: hostile, stage_name: hostile });
  });
});
