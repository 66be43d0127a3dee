export { ReadingLoop, type ReadingLoopOptions } from "./reading-loop.ts";
