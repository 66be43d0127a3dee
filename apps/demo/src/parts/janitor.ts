/** An agent that clears folders: it asks before it deletes anything, and deletes what was approved, and nothing else. */
import { once } from "node:events";
import { ApprovalGate, type ApprovalResponse } from "@attune/approvals";
import { AgentIds } from "../agent-ids.ts";
import { deleteFiles, fileList, listFiles } from "../approvals/file-list.ts";
import { keepMs } from "../approvals/keep-ms.ts";
import { pause } from "../pause.ts";
import type { Part } from "../processes/part.ts";

/** The type of its requests. */
export const clearFolder = "clear_folder";

/** One folder to clear. */
export interface Clearing {
  /** The id of the request. */
  readonly requestId: string;
  readonly folder: string;
  readonly timeoutMs: number;
  readonly requiredApprovals?: number;
  readonly allowedResponders?: readonly string[];
}

export interface JanitorInput {
  readonly run: string;
  readonly name: string;
  /** Asked for one after the other, without waiting for an answer. */
  readonly atOnce: readonly Clearing[];
  /** Asked for when the others are decided. */
  readonly afterwards?: readonly Clearing[];
  /** It does not ask, since another has: it waits for the answers to what that one has asked. */
  readonly attaches?: boolean;
  /** It takes nothing back when it has to end, as if it had been killed. */
  readonly doomed?: boolean;
}

/** What became of a request; `null`: it has no answer. */
export interface Cleared {
  readonly answer: Pick<ApprovalResponse, "state" | "approved" | "responder" | "reason" | "edited"> | null;
  /** Names of files. */
  readonly deleted: readonly string[];
}

/** Between two requests, so that one is older by the clock. */
const apartMs = 5;

/** The order is that of what it was given. */
export const janitor: Part<JanitorInput, readonly Cleared[]> = {
  name: "janitor",
  async run({ transport, ending }, { run, name, atOnce, afterwards = [], attaches = false, doomed = false }) {
    const gate = new ApprovalGate({ transport, agentId: new AgentIds(run).idOf(name), keepMs });
    const ask = async ({ requestId, folder, ...limits }: Clearing): Promise<ApprovalResponse | null> => {
      if (attaches) return gate.attach(requestId, { signal: ending });
      const context = await listFiles(folder);
      const request = { ...limits, requestId, approvalType: clearFolder, context, requireDigest: true };
      if (ending.aborted) return null;
      if (!doomed) return gate.requestApproval({ ...request, signal: ending });
      const asking = gate.requestApproval(request);
      return Promise.race([asking, once(ending, "abort").then(() => null)]);
    };
    const clear = async (clearing: Clearing): Promise<Cleared> => {
      const response = await ask(clearing);
      if (!response) return { answer: null, deleted: [] };
      const { state, approved, responder, reason, edited, context } = response;
      const deleted = approved ? await deleteFiles(clearing.folder, fileList.parse(context)) : [];
      return { answer: { state, approved, responder, reason, edited }, deleted };
    };
    const clearing: Promise<Cleared>[] = [];
    for (const one of atOnce) {
      clearing.push(clear(one));
      await pause(apartMs, ending);
    }
    const first = await Promise.all(clearing);
    const rest = await Promise.all(afterwards.map(clear));
    // A gate that is closed takes back what it has asked for.
    if (!doomed) await gate.close();
    return [...first, ...rest];
  },
};
