/** Runs the suite on the transports of broken-records.ts, for suite-notices.test.ts, which looks at what fails. */
import { brokenRecords } from "./broken-records.ts";
import { runBroken } from "./run-broken.ts";

runBroken(brokenRecords);
