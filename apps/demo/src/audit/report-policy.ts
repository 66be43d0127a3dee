/** The reviewer agent: it approves the report by a written policy, where nobody is there to be asked. */
import { realpath } from "node:fs/promises";
import { dirname, relative, sep } from "node:path";
import { shortened } from "../agents/shortened.ts";
import { isFileError } from "../tree/file-error.ts";
import { describeEnding } from "./describe-ending.ts";
import type { ReportRequest } from "./report-request.ts";
import type { ReportReviewer } from "./report-reviewer.ts";

export interface PolicyFacts {
  /** What lies in it may be written. */
  readonly workingDirectory: string;
  /** So may be the file that the user has named; absolute. */
  readonly named: string | undefined;
}

/** It answers at once; this is for a store that does not. */
const answerMs = 15_000;

export function policyReviewer(facts: PolicyFacts): ReportReviewer {
  return {
    name: "reviewer",
    isAgent: true,
    answerMs,
    announcement: [
      "Before the report is written, the reviewer is asked. Its policy: approve when every agent has reported that was not",
      "meant to fail, and the file lies in the working directory or was named with --report; reject otherwise.",
    ],
    async decide(request) {
      const objections = [...missing(request), ...(await misplaced(request, facts))];
      if (objections.length > 0) return { approved: false, reason: shortened(objections.join("; "), 1000) };
      const where =
        request.file === facts.named ? "was named with --report" : "lies in the working directory";
      return {
        approved: true,
        reason: `every agent that was not meant to fail has reported; the file ${where}`,
      };
    },
  };
}

function missing({ agents }: ReportRequest): string[] {
  return agents
    .filter(({ ended, meant_to_fail }) => ended !== "done" && !(ended === "failed" && meant_to_fail))
    .map(
      ({ name, ended, meant_to_fail }) =>
        `${name} has not reported (${describeEnding(ended, meant_to_fail)})`,
    );
}

/** By what the file system makes of the paths: a link may lead elsewhere. */
async function misplaced(
  { file }: ReportRequest,
  { workingDirectory, named }: PolicyFacts,
): Promise<string[]> {
  if (file === named) return [];
  try {
    const [folder, allowed] = await Promise.all([realpath(dirname(file)), realpath(workingDirectory)]);
    const way = relative(allowed, folder);
    // Absolute where there is no way, on another drive.
    if (way !== ".." && !way.startsWith(`..${sep}`) && way !== folder) return [];
    return [`${folder} is not in the working directory, and was not named with --report`];
  } catch (error) {
    if (!isFileError(error)) throw error;
    return [`where ${file} is cannot be told (${error.code})`];
  }
}
