/** Events: as they are published, of a time, or played again. */
import { useCallback, useState } from "react";
import { useFleet, useSlice } from "../../state/use-fleet.ts";
import { useQuery } from "../../ui/use-query.ts";
import { type EventFilter, typesOfStore } from "./event-filter.ts";
import { type EventsMode, readEventsQuery, writeEventsQuery } from "./events-query.ts";
import { HistoryEvents } from "./history-events.tsx";
import { LiveEvents } from "./live-events.tsx";
import { JumpDialog, ReplayDialog } from "./moment-dialogs.tsx";
import { ReplayEvents } from "./replay-events.tsx";
import "./events.css";

/** What each of the three forms of the view is given. */
export interface EventsFormProps {
  readonly filter: EventFilter;
  readonly onFilter: (filter: EventFilter) => void;
  readonly onMode: (mode: EventsMode) => void;
  readonly onAsk: (question: "jump" | "replay") => void;
}

export function EventsView() {
  const [params, setParams] = useQuery();
  const [question, setQuestion] = useState<"jump" | "replay">();
  const query = readEventsQuery(params);
  const { mode, ...filter } = query;
  const fleet = useFleet();
  useSlice("health");
  const asked = typesOfStore(filter.types, fleet.health?.streams.map(({ event_type }) => event_type) ?? []);
  const onMode = useCallback(
    (mode: EventsMode) => setParams(writeEventsQuery({ ...readEventsQuery(params), mode })),
    [params, setParams],
  );
  const form: EventsFormProps = {
    filter,
    onFilter: (next) =>
      setParams(writeEventsQuery({ ...next, mode }), { replace: next.search !== filter.search }),
    onMode,
    onAsk: setQuestion,
  };
  return (
    <div className="view-fill">
      {mode.kind === "live" ? <LiveEvents {...form} /> : null}
      {mode.kind === "history" ? <HistoryEvents {...form} asked={asked} at={mode.at} /> : null}
      {mode.kind === "replay" ? <ReplayEvents {...form} asked={asked} from={mode.from} to={mode.to} /> : null}
      {question === "jump" ? <JumpDialog onMode={onMode} onClose={() => setQuestion(undefined)} /> : null}
      {question === "replay" ? <ReplayDialog onMode={onMode} onClose={() => setQuestion(undefined)} /> : null}
    </div>
  );
}
