/** An event in one line; on a phone in two. */
import { memo } from "react";
import { useFleet } from "../../state/use-fleet.ts";
import { TimeOfDay } from "../../ui/time.tsx";
import { dataBrief } from "./data-brief.ts";
import { type EventItem, gapText } from "./event-item.ts";

export const EventRow = memo(function EventRow({ item: { event, gap } }: { readonly item: EventItem }) {
  const { typeNames } = useFleet();
  if (gap) {
    return (
      <div className="event-gap">
        <span>{gapText(gap, (type) => typeNames.of(type))}</span>
      </div>
    );
  }
  if (!event) return null;
  const type = typeNames.ofEvent(event);
  const isBad = event.event_type === "agent_error" || event.invalid_reason !== undefined;
  return (
    <div className="event-row">
      <span className="event-time">
        <TimeOfDay iso={event.timestamp} />
      </span>
      <span className={isBad ? "event-type event-bad" : "event-type"} title={type}>
        {type}
      </span>
      <span className="event-source" title={event.source}>
        {event.source}
      </span>
      <span className="event-data">{dataBrief(event)}</span>
    </div>
  );
});
