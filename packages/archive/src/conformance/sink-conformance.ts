/** `sinkConformance`: registers the whole suite for one sink, a file of this folder per concern. */
import { describe, it } from "vitest";
import type { ArchiveRow, Sink } from "../sink.ts";
import { closing } from "./closing.ts";
import type { SinkConcern } from "./concerns.ts";
import { exactRows } from "./exact-rows.ts";
import type { OddRow } from "./odd-rows.ts";
import { opening } from "./opening.ts";
import { outages } from "./outages.ts";
import { positions } from "./positions.ts";
import { queryConditions } from "./query-conditions.ts";
import { queryOrder } from "./query-order.ts";
import { queryRange } from "./query-range.ts";
import { racing } from "./racing.ts";
import { refusals } from "./refusals.ts";
import { severalArchives } from "./several-archives.ts";
import { SinkSuite } from "./suite.ts";
import { writingAgain } from "./writing-again.ts";

export interface SinkConformanceSetup {
  /** Which sink this is, as a heading of the report. */
  readonly name: string;
  /**
   * Makes a sink on the store of a space: a name of letters, digits and `_`, another for each test, with nothing in it yet. Two
   * sinks of one space have to see the same. The suite calls the sink's `open()`, and closes what it made.
   */
  open(space: string): Promise<Sink>;
  /** Removes what a space holds, once the test is over and its sinks are closed. */
  remove?(space: string): Promise<void>;
  /** All rows of a space, read past the sink. Left out: the sink is asked (`query`). */
  rows?(space: string): Promise<readonly ArchiveRow[]>;
  /** The odd rows that this store cannot hold: they have to be refused, with a reason; all others have to come back as they were. */
  readonly refuses?: readonly OddRow[];
  /**
   * Makes the store of a space unreachable for its sinks; the result makes it reachable again, with everything that was stored.
   * Left out: the tests of outages are left out.
   */
  outage?(space: string): Promise<() => Promise<void>>;
  /** Only these parts of the suite. Default: all. */
  readonly concerns?: readonly SinkConcern[];
  /** Tests not to run, each with the reason, by their names. A name that no test has is an error. */
  readonly skip?: Readonly<Record<string, string>>;
  /** Default 20,000. */
  readonly testTimeoutMs?: number;
}

/** Registers the suite's tests with vitest. Call it at the top of a test file, once per sink. */
export function sinkConformance(setup: SinkConformanceSetup): void {
  const suite = new SinkSuite(setup);
  suite.checkConcerns();
  describe(`${setup.name} conforms`, () => {
    registerAll(suite);
    // A test, since what is described above is registered only after this function has returned.
    it("has every test that the setup skips", () => suite.checkSkips());
  });
}

/** All concerns, one after the other. */
function registerAll(suite: SinkSuite): void {
  opening(suite);
  exactRows(suite);
  positions(suite);
  writingAgain(suite);
  racing(suite);
  severalArchives(suite);
  refusals(suite);
  queryOrder(suite);
  queryRange(suite);
  queryConditions(suite);
  outages(suite);
  closing(suite);
}
