/** Runs the suite on the transports of broken-info.ts, for suite-notices.test.ts, which looks at what fails. */
import { brokenInfo } from "./broken-info.ts";
import { runBroken } from "./run-broken.ts";

runBroken(brokenInfo);
