export { inRounds } from "./in-rounds.ts";
export { ReadingLoop, type ReadingLoopOptions } from "./reading-loop.ts";
