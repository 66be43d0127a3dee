/** Runs the suite on the transports of broken-mailboxes.ts, for suite-notices.test.ts, which looks at what fails. */
import { brokenMailboxes } from "./broken-mailboxes.ts";
import { runBroken } from "./run-broken.ts";

runBroken(brokenMailboxes, { together: true });
