/** The agents that work on the files the surveyor found, all at the same time. */
import type { Agent } from "./agent.ts";
import { duplicateFinder } from "./duplicate-finder.ts";
import { functionMeasurer } from "./function-measurer.ts";
import { importMapper } from "./import-mapper.ts";
import { licenseChecker } from "./license-checker.ts";
import { lineCounter } from "./line-counter.ts";
import { markFinder } from "./mark-finder.ts";
import { sizeRanker } from "./size-ranker.ts";
import { testWeigher } from "./test-weigher.ts";

export const fleet: readonly Agent[] = [
  lineCounter,
  importMapper,
  markFinder,
  sizeRanker,
  functionMeasurer,
  duplicateFinder,
  testWeigher,
  licenseChecker,
];
