/** All that is known of one event. */

import type { EventJson } from "../../../../src/protocol/records.ts";
import { useJson } from "../../api/use-json.ts";
import { isFeedback } from "../../state/type-names.ts";
import { useFleet } from "../../state/use-fleet.ts";
import { AgentLink } from "../../ui/agent-link.tsx";
import { Ago } from "../../ui/ago.tsx";
import { bytesText } from "../../ui/bytes-text.ts";
import { CopyButton } from "../../ui/copy-button.tsx";
import { JsonView } from "../../ui/json-view.tsx";
import { LoadError } from "../../ui/load-error.tsx";
import { agentsOf } from "./agents-of.ts";

export interface EventDetailsProps {
  readonly event: EventJson;
  readonly onClose: () => void;
}

export function EventDetails({ event, onClose }: EventDetailsProps) {
  const { typeNames } = useFleet();
  const { event_id, event_type } = event;
  const isCut = event.data === undefined && event.data_bytes !== undefined;
  const path = `/api/events/${encodeURIComponent(event_type)}/${encodeURIComponent(event_id)}`;
  const loaded = useJson<EventJson>(isCut ? path : undefined);
  const whole = isCut ? loaded.data : event;
  const agents = agentsOf(whole ?? event);
  return (
    <aside className="event-details" aria-label="The selected event">
      <header>
        <h2 title={event_type}>{typeNames.ofEvent(event)}</h2>
        <CopyButton text={() => JSON.stringify(whole ?? event, null, 2)} />
        <button type="button" onClick={onClose} aria-label="Close">
          ×
        </button>
      </header>
      <dl className="event-facts">
        <div>
          <dt>Time</dt>
          <dd>
            {event.timestamp ?? "not known"} <span className="muted">(</span>
            <Ago iso={event.timestamp} />
            <span className="muted">)</span>
          </dd>
        </div>
        <div>
          <dt>Source</dt>
          <dd>{event.source}</dd>
        </div>
        {isFeedback(event_type) ? (
          <div>
            <dt>Type</dt>
            <dd className="mono">{event_type}</dd>
          </div>
        ) : null}
        <div>
          <dt>Id</dt>
          <dd className="mono">{event_id}</dd>
        </div>
        {agents.length === 0 ? null : (
          <div>
            <dt>{agents.length === 1 ? "Agent" : "Agents"}</dt>
            <dd className="agents">
              {agents.map((id) => (
                <AgentLink key={id} id={id} />
              ))}
            </dd>
          </div>
        )}
        {event.invalid_reason === undefined ? null : (
          <div>
            <dt>Not valid</dt>
            <dd className="event-bad">{event.invalid_reason}</dd>
          </div>
        )}
      </dl>
      {isCut && loaded.error ? <LoadError what="The data" error={loaded.error} /> : null}
      {isCut && !whole && !loaded.error ? (
        <p className="muted">Reading {bytesText(event.data_bytes ?? null)} …</p>
      ) : null}
      {whole ? <JsonView value={whole.data ?? null} label="Data" /> : null}
    </aside>
  );
}
