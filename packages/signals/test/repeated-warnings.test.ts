import { manualClock } from "@attune/transport-conformance";
import { expect, it } from "vitest";
import { RepeatedWarnings } from "../src/repeated-warnings.ts";
import { loggerInto } from "./on-every-store.ts";

function setUp() {
  const clock = manualClock();
  const told: string[] = [];
  return { clock, told, warnings: new RepeatedWarnings(clock, loggerInto(told)) };
}

it("the same thing is told once a minute, with how often it happened meanwhile", async () => {
  const { clock, told, warnings } = setUp();
  for (let n = 0; n < 5; n++) warnings.warn("full", "it is full.");
  warnings.warn("other", "something else.");
  expect(told).toEqual([
    "attune: CoordinationSignals: it is full.",
    "attune: CoordinationSignals: something else.",
  ]);
  await clock.advance(59_999);
  warnings.warn("full", "it is full.");
  expect(told).toHaveLength(2);
  await clock.advance(1);
  warnings.warn("full", "it is full.");
  expect(told.slice(2)).toEqual([
    "attune: CoordinationSignals: it is full. (5 more since this was last told.)",
  ]);
  await clock.advance(60_000);
  warnings.warn("full", "it is full.");
  expect(told.at(-1)).toBe("attune: CoordinationSignals: it is full.");
});

it("no more than 1000 things are remembered", () => {
  const { told, warnings } = setUp();
  for (let n = 0; n < 1001; n++) warnings.warn(`thing ${n}`, "it.");
  warnings.warn("thing 1", "it.");
  expect(told).toHaveLength(1001);
  warnings.warn("thing 0", "it.");
  expect(told).toHaveLength(1002);
});
