/** An agent in the list: a row where there is room, a card on a phone. Drawn anew when its record is another one. */
import { memo } from "react";
import type { AgentJson } from "../../../../src/protocol/records.ts";
import { Ago } from "../../ui/ago.tsx";
import { LivenessBadge } from "../../ui/liveness-badge.tsx";
import { ProgressBar } from "../../ui/progress-bar.tsx";
import { metadataBrief } from "./metadata-brief.ts";

export interface AgentRowProps {
  readonly agent: AgentJson;
  readonly isCard: boolean;
  /** The heading above says which workflow it is of. */
  readonly isGrouped: boolean;
}

export const AgentRow = memo(function AgentRow({ agent, isCard, isGrouped }: AgentRowProps) {
  const { agent_id, display_name, liveness, status, current_task, last_beat } = agent;
  const brief = metadataBrief(agent, isGrouped ? ["workflow"] : []);
  return (
    <div className={isCard ? "agent-card" : "agent-row"}>
      <span className="agent-liveness">
        <LivenessBadge liveness={liveness} />
      </span>
      <span className="agent-name" title={display_name ? `${display_name}\n${agent_id}` : agent_id}>
        {display_name ? (
          <>
            <span className="agent-title">{display_name}</span>
            <span className="agent-id">{agent_id}</span>
          </>
        ) : (
          <span className="agent-title agent-only">{agent_id}</span>
        )}
      </span>
      <span className="agent-status">{status}</span>
      <ProgressCell progress={agent.progress} />
      <span className="agent-task" title={current_task}>
        {current_task}
      </span>
      <span className="agent-beat">
        <Ago iso={last_beat} />
      </span>
      <span className="agent-metadata" title={brief}>
        {brief}
      </span>
    </div>
  );
});

function ProgressCell({ progress }: { readonly progress: number }) {
  return (
    <span className="agent-progress">
      <ProgressBar value={progress} label="Progress" />
      <span className="agent-percent">{Math.floor(progress * 100)} %</span>
    </span>
  );
}
