/** One agent: what it is, what it does, what waits for it, what happened with it. */
import { Link, useLocation } from "wouter";
import { useFleet, useSlice } from "../../state/use-fleet.ts";
import { CopyButton } from "../../ui/copy-button.tsx";
import { LivenessBadge } from "../../ui/liveness-badge.tsx";
import { useShortcuts } from "../../ui/shortcuts.ts";
import { AgentFacts } from "./agent-facts.tsx";
import { AgentWaiting } from "./agent-waiting.tsx";
import { TimelineList } from "./timeline-list.tsx";
import { useAgent } from "./use-agent.ts";
import { useTimeline } from "./use-timeline.ts";
import "./agent.css";

export function AgentView({ agentId }: { readonly agentId: string }) {
  const fleet = useFleet();
  useSlice("connection");
  const agent = useAgent(agentId);
  const timeline = useTimeline(agentId);
  const [, navigate] = useLocation();
  const back = () => {
    // To the fleet as it was left, where somebody came from there.
    if (window.history.length > 1) window.history.back();
    else navigate("/");
  };
  useShortcuts(new Map([["Escape", back]]));
  const isKnown = agent !== undefined || fleet.about === undefined;
  return (
    <div className="view-fill agent-view">
      <div className="view-head agent-head">
        <Link href="/" className="agent-back">
          Fleet
        </Link>
        <h1 title={agentId}>{agent?.display_name ?? agentId}</h1>
        {agent ? <LivenessBadge liveness={agent.liveness} /> : null}
        {agent?.display_name ? (
          <span className="mono muted agent-head-id" title={agentId}>
            {agentId}
          </span>
        ) : null}
        <CopyButton text={() => agentId}>Copy id</CopyButton>
      </div>
      {isKnown ? null : (
        <p className="agent-unknown" role="status">
          Nothing is known of an agent with this id: it has not started yet, or the last was heard of it more
          than an hour ago. It is shown here as soon as it beats.
        </p>
      )}
      <div className="agent-body">
        <div className="agent-side">
          {agent ? <AgentFacts agent={agent} timeline={timeline} /> : null}
          <AgentWaiting agentId={agentId} />
        </div>
        {timeline ? <TimelineList agentId={agentId} timeline={timeline} /> : null}
      </div>
    </div>
  );
}
