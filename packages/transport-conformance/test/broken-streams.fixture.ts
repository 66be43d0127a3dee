/** Runs the suite on the transports of broken-streams.ts, for suite-notices.test.ts, which looks at what fails. */
import { brokenStreams } from "./broken-streams.ts";
import { runBroken } from "./run-broken.ts";

runBroken(brokenStreams);
