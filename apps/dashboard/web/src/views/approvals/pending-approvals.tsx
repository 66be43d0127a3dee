/** What waits for a decision, oldest first, and one of them as a whole. What is looked at stays, whatever else happens. */
import { useEffect, useMemo, useRef } from "react";
import { useSearchParams } from "wouter";
import type { ApprovalJson } from "../../../../src/protocol/records.ts";
import { useFleet, useSlice } from "../../state/use-fleet.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { useShortcuts } from "../../ui/shortcuts.ts";
import { narrow, useMedia } from "../../ui/use-media.ts";
import { VirtualList } from "../../ui/virtual-list.tsx";
import { approvalsExample, watchApprovalsExample } from "../examples.ts";
import { ApprovalDetail } from "./approval-detail.tsx";
import { PendingRow } from "./pending-row.tsx";
import { pendingWith } from "./pending-with.ts";

const rowHeight = 58;

export function PendingApprovals({ search }: { readonly search: string }) {
  const fleet = useFleet();
  const version = useSlice("approvals");
  useSlice("connection");
  const isNarrow = useMedia(narrow);
  const [parameters, setParameters] = useSearchParams();
  const selectedId = parameters.get("id") ?? undefined;
  const current = fleet.approvals.find(({ request_id }) => request_id === selectedId);
  const known = useLastKnown(selectedId, current);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version says when there are others
  const listed = useMemo(
    () => pendingWith(found(fleet.approvals, search), known),
    [fleet, version, search, known],
  );
  const select = (id: string | undefined, replace: boolean) =>
    setParameters(
      (before) => {
        if (id === undefined) before.delete("id");
        else before.set("id", id);
        return before;
      },
      { replace },
    );
  // On a wide page there is always something to read.
  const first = listed[0]?.request_id;
  useEffect(() => {
    if (!isNarrow && selectedId === undefined && first !== undefined) select(first, true);
  });
  const leave = () => {
    if (isNarrow) select(undefined, true);
  };
  useShortcuts({ Escape: leave });
  const isListShown = !isNarrow || selectedId === undefined;
  if (listed.length === 0 && selectedId === undefined) {
    return fleet.connection === "connecting" ? (
      <p className="muted">Reading …</p>
    ) : (
      <NothingPending search={search} />
    );
  }
  return (
    <div className="approvals-body">
      {isListShown ? (
        <VirtualList
          label="Pending requests, oldest first"
          className="pending-list"
          items={listed}
          keyOf={keyOf}
          height={rowHeight}
          selection={{ key: selectedId, onSelect: ({ request_id }) => select(request_id, !isNarrow) }}
        >
          {drawRow}
        </VirtualList>
      ) : null}
      {selectedId === undefined ? null : (
        <ApprovalDetail
          key={selectedId}
          requestId={selectedId}
          known={known}
          current={current}
          readOnly={fleet.about?.read_only ?? false}
          responder={fleet.about?.responder ?? "dashboard"}
          onBack={isNarrow ? leave : undefined}
        />
      )}
    </div>
  );
}

const keyOf = ({ request_id }: ApprovalJson) => request_id;
const drawRow = (approval: ApprovalJson) => <PendingRow approval={approval} />;

function found(approvals: readonly ApprovalJson[], search: string): readonly ApprovalJson[] {
  const text = search.trim().toLowerCase();
  if (text === "") return approvals;
  return approvals.filter(({ approval_type, agent_id, request_id }) =>
    [approval_type, agent_id, request_id].some((name) => name.toLowerCase().includes(text)),
  );
}

/** The selected one as it was before it was decided. */
function useLastKnown(id: string | undefined, current: ApprovalJson | undefined): ApprovalJson | undefined {
  const last = useRef<ApprovalJson | undefined>(undefined);
  if (current) last.current = current;
  return last.current?.request_id === id ? last.current : undefined;
}

function NothingPending({ search }: { readonly search: string }) {
  const fleet = useFleet();
  useSlice("store");
  if (search !== "") return <p className="muted">No pending request fits the search.</p>;
  return (
    <EmptyState title="Nothing waits for a decision" example={approvalsExample()}>
      An agent asks with <code>requestApproval</code>, and it shows here at once. At a terminal the same is
      told by <code>{watchApprovalsExample(fleet.store?.location)}</code>.
    </EmptyState>
  );
}
