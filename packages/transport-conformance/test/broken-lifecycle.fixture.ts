/** Runs the suite on the transports of broken-lifecycle.ts, for suite-notices.test.ts, which looks at what fails. */
import { brokenLifecycle } from "./broken-lifecycle.ts";
import { runBroken } from "./run-broken.ts";

runBroken(brokenLifecycle, { together: true });
