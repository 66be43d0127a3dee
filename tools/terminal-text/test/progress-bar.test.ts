import { expect, it } from "vitest";
import { percentText, progressBar } from "../src/index.ts";

it.each([
  [0, "░░░░", "  0 %"],
  [0.5, "██░░", " 50 %"],
  [0.999, "████", " 99 %"],
  [1, "████", "100 %"],
  [7, "████", "100 %"],
  [-1, "░░░░", "  0 %"],
  [Number.NaN, "░░░░", "  0 %"],
])("shows %j as %s and %s", (fraction, bar, percent) => {
  expect(progressBar(fraction, 4)).toBe(bar);
  expect(percentText(fraction)).toBe(percent);
});

it("has no bar where there is no room", () => {
  expect(progressBar(0.5, -3)).toBe("");
});
