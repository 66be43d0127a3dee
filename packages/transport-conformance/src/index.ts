/**
 * `@attune/transport-conformance`: the tests that every transport passes, and a clock for tests.
 *
 * For somebody who writes a transport: `transportConformance`. For tests of anything that takes a `Clock`: `manualClock`.
 */
export { type Concern, concerns, degradedConcerns } from "./concerns.ts";
export { type ManualClock, manualClock } from "./manual-clock.ts";
export { type ConformanceSetup, transportConformance } from "./transport-conformance.ts";
