/** The timeline of an agent, as long as it is looked at. */
import { useEffect, useRef, useState } from "react";
import { getJson } from "../../api/request-json.ts";
import { useFleet } from "../../state/use-fleet.ts";
import { AgentTimeline, type TimelinePage } from "./agent-timeline.ts";

/** Drawn at most so often. */
const drawEveryMs = 250;

export function useTimeline(agentId: string): AgentTimeline | undefined {
  const fleet = useFleet();
  const [, setVersion] = useState(0);
  const [timeline, setTimeline] = useState<AgentTimeline>();
  const timer = useRef<number>(undefined);
  useEffect(() => {
    const draw = () => {
      timer.current = undefined;
      setVersion((version) => version + 1);
    };
    const path = `/api/agents/${encodeURIComponent(agentId)}/timeline`;
    const following = new AgentTimeline({
      agentId,
      read: (query, signal) => getJson<TimelinePage>(`${path}?${query}`, signal),
      onChange: () => {
        timer.current ??= window.setTimeout(draw, drawEveryMs);
      },
    });
    const stop = fleet.onEvents({
      onEvents: (events) => following.add(events),
      onHole: () => following.hole(),
    });
    setTimeline(following);
    void following.loadOlder();
    return () => {
      stop();
      following.close();
      window.clearTimeout(timer.current);
      timer.current = undefined;
    };
  }, [fleet, agentId]);
  return timeline;
}
