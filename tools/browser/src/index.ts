/** A real Chromium for tests: its pages report every error, reach no other machine, and are checked for accessibility and frame rate. */
export { findAxeProblems } from "./find-axe-problems.ts";
export { type LocatedChromium, locateChromium } from "./locate-chromium.ts";
export { type Frames, measureFrames } from "./measure-frames.ts";
export type { NewPageOptions, WatchedPage } from "./new-page.ts";
export { skipWithoutBrowser } from "./skip-without-browser.ts";
export { type StartBrowserOptions, startBrowser, type TestBrowser } from "./start-browser.ts";
