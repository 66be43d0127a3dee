/** What became of a request: by word and colour. */
import type { ApprovalJson } from "../../../../src/protocol/records.ts";

export function StateBadge({ state }: { readonly state: ApprovalJson["state"] }) {
  return <span className={`badge approval-${state}`}>{state === "timeout" ? "timed out" : state}</span>;
}
