/** Runs the suite on the transports of broken-receipts.ts, for suite-notices.test.ts, which looks at what fails. */
import { brokenReceipts } from "./broken-receipts.ts";
import { runBroken } from "./run-broken.ts";

runBroken(brokenReceipts);
