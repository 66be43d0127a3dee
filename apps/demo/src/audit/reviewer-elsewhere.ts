/** Somebody else as the reviewer: in the dashboard, or by `attune approvals`. Here nobody is asked. */
import { once } from "node:events";
import type { ReportReviewer } from "./report-reviewer.ts";

/** Default of `answerMs`: 5 minutes. */
export function reviewerElsewhere(answerMs = 300_000): ReportReviewer {
  return {
    name: "somebody elsewhere",
    isAgent: false,
    anybody: true,
    answerMs,
    announcement: [
      `Before the report is written, somebody has to approve it; no answer in ${answerMs / 1000} s means no:`,
      "  npm run dashboard                      in a browser, on the same --url",
      "  npm run --silent attune -- approvals   in another terminal",
    ],
    async decide(_, over) {
      if (!over.aborted) await once(over, "abort");
      return null;
    },
  };
}
