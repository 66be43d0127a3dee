/** Runs the suite on the transports of broken-claims.ts, for suite-notices.test.ts, which looks at what fails. */
import { brokenClaims } from "./broken-claims.ts";
import { runBroken } from "./run-broken.ts";

runBroken(brokenClaims);
