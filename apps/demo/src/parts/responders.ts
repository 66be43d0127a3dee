/** Those who answer requests for approval: they look at what is pending, and answer it one after the other. */
import { ApprovalGate, type RespondedApproval } from "@attune/approvals";
import { AgentIds } from "../agent-ids.ts";
import { counted, inBytes } from "../agents/wording.ts";
import { fileList } from "../approvals/file-list.ts";
import { keepMs } from "../approvals/keep-ms.ts";
import type { Part } from "../processes/part.ts";
import { clearFolder } from "./janitor.ts";

export interface Answer {
  /** The id of the request. */
  readonly requestId: string;
  readonly responder: string;
  readonly approved: boolean;
  readonly reason: string;
  /** Approves only so many of the files, the first ones. */
  readonly keep?: number;
}

export interface RespondersOutput {
  /** The ids of what was pending, in the order in which it was listed. */
  readonly listed: readonly string[];
  /** What they were told of their answers. */
  readonly told: readonly RespondedApproval[];
}

/** Told what to answer. */
export const responders: Part<{ readonly run: string }, RespondersOutput, readonly Answer[]> = {
  name: "responders",
  async run(stage, { run }) {
    const ids = new AgentIds(run);
    await using gate = new ApprovalGate({ transport: stage.transport, keepMs });
    stage.ready();
    const answers = await stage.told;
    if (!answers) return { listed: [], told: [] };
    const pending = await gate.getPendingApprovals({ approvalType: clearFolder });
    // On a shared store there are the requests of others too.
    const ours = pending.filter(({ agentId }) => ids.nameOf(agentId) !== undefined);
    for (const { requestId, agentId, context } of ours) {
      const { files } = fileList.parse(context);
      const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
      const what = `to delete ${counted(files.length, "file")}, ${inBytes(bytes)}`;
      stage.say(`  pending    ${ids.nameOf(requestId)?.padEnd(14)}  ${ids.nameOf(agentId)} asks ${what}`);
    }
    const told: RespondedApproval[] = [];
    for (const { requestId, keep, ...answer } of answers) {
      const request = ours.find((one) => one.requestId === requestId);
      if (!request) continue;
      const { digest } = request;
      const { folder, files } = fileList.parse(request.context);
      const context = keep === undefined ? {} : { context: { folder, files: files.slice(0, keep) } };
      const outcome = await gate.respondToApproval(requestId, { ...answer, ...context, digest });
      const who = ids.nameOf(answer.responder) ?? answer.responder;
      const what = `${who} says ${answer.approved ? "yes" : "no"}`;
      const counts = outcome.accepted ? "it counts" : `it does not count (${outcome.refusal})`;
      stage.say(
        `  answer     ${ids.nameOf(requestId)?.padEnd(14)}  ${what}: ${counts}; now ${outcome.state}`,
      );
      told.push(outcome);
    }
    return { listed: ours.map(({ requestId }) => requestId), told };
  },
};
