/** The heading above the agents of a workflow: how many there are, and how they are. */
import type { AgentJson } from "../../../../src/protocol/records.ts";
import { livenesses } from "../../ui/livenesses.ts";
import type { GroupRow } from "./fleet-rows.ts";

export interface GroupHeadingProps {
  readonly group: GroupRow;
  readonly agents: ReadonlyMap<string, AgentJson>;
}

export function GroupHeading({ group: { workflow, members, open }, agents }: GroupHeadingProps) {
  const counts = new Map<string, number>();
  for (const id of members) {
    const liveness = agents.get(id)?.liveness;
    if (liveness) counts.set(liveness, (counts.get(liveness) ?? 0) + 1);
  }
  return (
    <div className="group-heading">
      <span className={open ? "fold-arrow fold-open" : "fold-arrow"} aria-hidden="true" />
      <span className="group-name" title={workflow ?? undefined}>
        {workflow ?? "Without a workflow"}
      </span>
      <span className="group-total">{members.length.toLocaleString("en")}</span>
      <span className="group-counts">
        {livenesses.map((liveness) =>
          counts.has(liveness) ? (
            <span key={liveness} className={`badge liveness-${liveness}`}>
              {counts.get(liveness)!.toLocaleString("en")} {liveness}
            </span>
          ) : null,
        )}
      </span>
    </div>
  );
}
