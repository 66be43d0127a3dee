/** What waits: signals that the agent has not taken, approvals that nobody has given. */
import { useEffect, useState } from "react";
import { Link } from "wouter";
import { useJson } from "../../api/use-json.ts";
import { useFleet, useSlice } from "../../state/use-fleet.ts";
import { AgentLink } from "../../ui/agent-link.tsx";
import { Ago } from "../../ui/ago.tsx";

interface PendingSignals {
  readonly signals: readonly {
    readonly signal_id: string;
    readonly signal_type: string;
    readonly source_agent: string;
    readonly timestamp: string | null;
    readonly ttl_seconds: number | null;
    readonly payload: unknown;
  }[];
  /** There may be more. */
  readonly complete: boolean;
}

/** Nobody tells when a signal is taken. */
const lookEveryMs = 5000;
const shownSignals = 20;

export function AgentWaiting({ agentId }: { readonly agentId: string }) {
  return (
    <>
      <Approvals agentId={agentId} />
      <Signals agentId={agentId} />
    </>
  );
}

function Approvals({ agentId }: { readonly agentId: string }) {
  const fleet = useFleet();
  useSlice("approvals");
  const approvals = fleet.approvals.filter(({ agent_id }) => agent_id === agentId);
  if (approvals.length === 0) return null;
  return (
    <section className="card" aria-label="Approvals">
      <h2>Waits for approval</h2>
      <ul className="waiting">
        {approvals.map(({ request_id, approval_type, requested_at }) => (
          <li key={request_id}>
            <Link href={`/approvals?id=${encodeURIComponent(request_id)}`}>{approval_type}</Link>{" "}
            <span className="muted">
              <Ago iso={requested_at} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Signals({ agentId }: { readonly agentId: string }) {
  const look = useLook(agentId);
  const path = `/api/signals?${new URLSearchParams({ agent: agentId, pending: "true", limit: String(shownSignals) })}`;
  const { data, error } = useJson<PendingSignals>(path, look);
  return (
    <section className="card" aria-label="Pending signals">
      <h2>Pending signals</h2>
      {error ? <p className="muted">They could not be read: {error.message}</p> : null}
      {data?.signals.length === 0 ? <p className="muted">None waits in its mailbox.</p> : null}
      <ul className="waiting">
        {data?.signals.map((signal) => (
          <li key={signal.signal_id}>
            <details>
              <summary>
                <strong>{signal.signal_type}</strong>{" "}
                <span className="muted">
                  <Ago iso={signal.timestamp} />
                </span>
              </summary>
              <p>
                From <AgentLink id={signal.source_agent} />
                {signal.ttl_seconds === null ? "" : `, for ${signal.ttl_seconds} s`}
              </p>
              <pre>{JSON.stringify(signal.payload, null, 2)}</pre>
            </details>
          </li>
        ))}
      </ul>
      {data && !data.complete ? <p className="muted">There are more.</p> : null}
    </section>
  );
}

/** Another number when it is time to look: some seconds have passed, or a signal was sent to the agent. */
function useLook(agentId: string): number {
  const fleet = useFleet();
  const [look, setLook] = useState(0);
  useEffect(() => {
    const next = () => {
      if (document.visibilityState === "visible") setLook((look) => look + 1);
    };
    let timer = window.setInterval(next, lookEveryMs);
    let soon: number | undefined;
    const stop = fleet.onEvents((events) => {
      const concerns = events.some(({ event_type, data }) => {
        if (event_type !== "coordination_signal" || typeof data !== "object" || data === null) return false;
        const { target_agent } = data as { readonly target_agent?: unknown };
        return target_agent === agentId || target_agent === null;
      });
      if (concerns) soon ??= window.setTimeout(hurry, 500);
    });
    const hurry = () => {
      soon = undefined;
      window.clearInterval(timer);
      timer = window.setInterval(next, lookEveryMs);
      next();
    };
    return () => {
      stop();
      window.clearInterval(timer);
      window.clearTimeout(soon);
    };
  }, [fleet, agentId]);
  return look;
}
