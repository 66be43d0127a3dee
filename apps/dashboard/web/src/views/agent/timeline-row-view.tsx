/** A row of a timeline. */
import { memo } from "react";
import { TimeOfDay } from "../../ui/time.tsx";
import type { TimelineRow } from "./timeline-rows.ts";
import { beatsText, kindNames, timelineText } from "./timeline-text.ts";

export interface TimelineRowViewProps {
  readonly row: TimelineRow;
  readonly agentId: string;
}

export const TimelineRowView = memo(function TimelineRowView({ row, agentId }: TimelineRowViewProps) {
  const item = row.kind === "beats" ? row.newest : row.item;
  const text = row.kind === "beats" ? beatsText(row) : timelineText(row.item, agentId);
  const isInner = row.kind === "item" && row.isInner;
  return (
    <div className={isInner ? "timeline-row timeline-inner" : "timeline-row"}>
      <span className="event-time">
        <TimeOfDay iso={item.timestamp} />
      </span>
      <span className={`timeline-kind timeline-${item.kind}`}>{kindNames[item.kind]}</span>
      <span className="timeline-text" title={text}>
        {row.kind === "beats" ? (
          <span className={row.isOpen ? "fold-arrow fold-open" : "fold-arrow"} aria-hidden="true" />
        ) : null}
        {text}
      </span>
    </div>
  );
});
