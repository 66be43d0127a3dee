/** What an agent says of itself. */
import type { ReactNode } from "react";
import type { AgentJson } from "../../../../src/protocol/records.ts";
import { useJson } from "../../api/use-json.ts";
import { Ago } from "../../ui/ago.tsx";
import { ProgressBar } from "../../ui/progress-bar.tsx";
import { ReadableValue } from "../../ui/readable-value.tsx";
import { Sparkline } from "../../ui/sparkline.tsx";
import { spanText } from "../../ui/time-text.ts";
import type { AgentTimeline } from "./agent-timeline.ts";
import { progressOf } from "./progress-of.ts";

export interface AgentFactsProps {
  readonly agent: AgentJson;
  readonly timeline: AgentTimeline | undefined;
}

export function AgentFacts({ agent, timeline }: AgentFactsProps) {
  const progress = timeline ? progressOf(timeline.items) : [];
  return (
    <section className="card" aria-label="State">
      <div className="agent-now">
        <ProgressBar value={agent.progress} label="Progress" />
        <strong>{Math.floor(agent.progress * 100)} %</strong>
      </div>
      {progress.length > 1 && progress.some((value) => value > 0) ? (
        <Sparkline
          values={progress}
          label="Progress, beat by beat"
          format={(value) => `${Math.floor(value * 100)} %`}
          from={0}
          to={1}
          width={280}
          height={40}
          fills
        />
      ) : null}
      <p className="agent-current">{agent.current_task}</p>
      <dl className="event-facts">
        <Fact name="Status">{agent.status}</Fact>
        <Fact name="Last beat">
          <Ago iso={agent.last_beat} />
        </Fact>
        <Fact name="Last progress">
          <Ago iso={agent.last_progress} />
        </Fact>
        <Fact name="Stalled after">
          {agent.progress_timeout_ms === null ? "the default time" : spanText(agent.progress_timeout_ms)}
        </Fact>
        {agent.blocked_for_ms > 0 ? (
          <Fact name="Blocked">its main thread, for {spanText(agent.blocked_for_ms)}</Fact>
        ) : null}
        <Fact name="Incarnation">{agent.incarnation}</Fact>
      </dl>
      <h3>Metadata</h3>
      <Metadata agent={agent} />
    </section>
  );
}

function Metadata({ agent }: { readonly agent: AgentJson }) {
  const isCut = typeof agent.metadata_bytes === "number";
  const path = `/api/agents/${encodeURIComponent(agent.agent_id)}`;
  const { data, error } = useJson<AgentJson>(isCut ? path : undefined, agent.metadata_bytes);
  const metadata = isCut ? data?.metadata : agent.metadata;
  if (error) return <p className="muted">It could not be read: {error.message}</p>;
  if (!metadata) return <p className="muted">Reading …</p>;
  if (Object.keys(metadata).length === 0) return <p className="muted">None.</p>;
  return <ReadableValue value={metadata} />;
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
