/** The pending requests, and the one that somebody looks at: it stays in its place also when it is decided. */
import type { ApprovalJson } from "../../../../src/protocol/records.ts";

/** Oldest first, as `pending` is. */
export function pendingWith(
  pending: readonly ApprovalJson[],
  shown: ApprovalJson | undefined,
): readonly ApprovalJson[] {
  if (!shown || pending.some(({ request_id }) => request_id === shown.request_id)) return pending;
  const at = pending.findIndex((one) => timeOf(one) > timeOf(shown));
  return at < 0 ? [...pending, shown] : pending.toSpliced(at, 0, shown);
}

function timeOf({ requested_at }: ApprovalJson): number {
  return Date.parse(requested_at ?? "") || 0;
}
