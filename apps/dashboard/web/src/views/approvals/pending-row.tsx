/** A request in the list: what, who, how long. */
import { memo } from "react";
import type { ApprovalJson } from "../../../../src/protocol/records.ts";
import { Countdown } from "./countdown.tsx";
import { StateBadge } from "./state-badge.tsx";

export const PendingRow = memo(function PendingRow({ approval }: { readonly approval: ApprovalJson }) {
  const { approval_type, agent_id, required_approvals, approvals, escalated, state } = approval;
  return (
    <div className="pending-row">
      <strong className="cut" title={approval_type}>
        {approval_type}
      </strong>
      {state === "pending" ? <Countdown approval={approval} /> : <StateBadge state={state} />}
      <span className="cut muted" title={agent_id}>
        {agent_id}
      </span>
      <span className="muted num">
        {escalated ? "escalated " : ""}
        {required_approvals > 1 ? `${approvals.length} of ${required_approvals}` : ""}
      </span>
    </div>
  );
});
