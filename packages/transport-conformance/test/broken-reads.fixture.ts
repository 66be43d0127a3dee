/** Runs the suite on the transports of broken-reads.ts, for suite-notices.test.ts, which looks at what fails. */
import { brokenReads } from "./broken-reads.ts";
import { runBroken } from "./run-broken.ts";

runBroken(brokenReads, { together: true });
