import { expect, it } from "vitest";
import type { StageJson } from "../../src/protocol/records.ts";
import { halvesOf } from "../../web/src/views/quality/halves.ts";
import { poorKey, type QualityQuestion, qualityRows } from "../../web/src/views/quality/quality-rows.ts";

function stage(workflow: string, name: string, tier: StageJson["tier"], average: number): StageJson {
  return {
    workflow_name: workflow,
    stage_name: name,
    tier,
    average_quality: average,
    min_quality: 0,
    max_quality: 1,
    sample_count: 10,
    trend: 0,
    interval: [0, 1],
  };
}

const rated = [
  stage("alpha", "draft", "cheap", 0.6),
  stage("alpha", "draft", "capable", 0.9),
  stage("alpha", "send", "cheap", 0.95),
  stage("beta", "test", "premium", 0.3),
];
const question: QualityQuestion = { search: "", sort: "name", threshold: 0.7, closed: new Set() };
const texts = (more: Partial<QualityQuestion>) =>
  qualityRows(rated, { ...question, ...more }).map((row) =>
    row.kind === "heading"
      ? `# ${row.isPoor ? "poor" : row.name} ${row.stages}`
      : `${row.stage.name}: ${row.stage.tiers.map(({ tier }) => tier).join(" ")}`,
  );

it("shows the poor tiers first, the worst on top, then each workflow with all", () => {
  expect(texts({})).toEqual([
    "# poor 2",
    "test: premium",
    "draft: cheap",
    "# alpha 2",
    "draft: cheap capable",
    "send: cheap",
    "# beta 1",
    "test: premium",
  ]);
});

it("sorts workflows and stages by their worst tier", () => {
  expect(texts({ sort: "worst", threshold: 0 })).toEqual([
    "# beta 1",
    "test: premium",
    "# alpha 2",
    "draft: cheap capable",
    "send: cheap",
  ]);
});

it("leaves out what is closed and what is not searched for", () => {
  expect(texts({ closed: new Set([poorKey, JSON.stringify("alpha")]) })).toEqual([
    "# poor 2",
    "# alpha 2",
    "# beta 1",
    "test: premium",
  ]);
  expect(texts({ search: "SEND" })).toEqual(["# alpha 1", "send: cheap"]);
});

it("has another key for each row, whatever the names are", () => {
  const odd = [poorKey, '["a"]', "", "constructor", "__proto__"].flatMap((name) => [
    stage(name, name, "cheap", 0.1),
    stage(name, `${name} x`, "cheap", 0.1),
  ]);
  const keys = qualityRows(odd, question).map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
});

it("tells the averages of the older and the newer half", () => {
  const ratings = [0.2, 0.4, 0.6, 0.8, 1]; // the older half has the odd one
  const older = (0.2 + 0.4 + 0.6) / 3;
  const newer = 0.9;
  const average_quality = ratings.reduce((sum, one) => sum + one, 0) / 5;
  const halves = halvesOf({ ...rated[0]!, average_quality, sample_count: 5, trend: newer - older });
  expect(halves?.older).toBeCloseTo(older, 10);
  expect(halves?.newer).toBeCloseTo(newer, 10);
  expect(halvesOf({ ...rated[0]!, sample_count: 3 })).toBeUndefined();
});
