/** Runs the suite on the transports of broken-groups.ts, for suite-notices.test.ts, which looks at what fails. */
import { brokenGroups } from "./broken-groups.ts";
import { runBroken } from "./run-broken.ts";

runBroken(brokenGroups, { together: true });
