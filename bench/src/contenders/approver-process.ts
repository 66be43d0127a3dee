/** A process that decides requests for approval when it is told to, so that the one who asks is measured in another one. */
import { ApprovalGate } from "@attune/approvals";
import { openTransport } from "@attune/transport";
import type { Setup } from "../harness/figure.ts";
import { serve } from "../harness/remote.ts";
import { monotonicMs } from "./stamp.ts";

let gate: ApprovalGate;

serve({
  async open({ url, prefix }: Setup) {
    gate = new ApprovalGate({ transport: await openTransport(url, { prefix }) });
  },

  /** Gives when it began to. */
  async decide(requestId: string): Promise<number> {
    const at = monotonicMs();
    const { accepted } = await gate.respondToApproval(requestId, { approved: true, responder: "bench" });
    if (!accepted) throw new Error("not accepted");
    return at;
  },
});
