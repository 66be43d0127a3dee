/** Decided requests, newest first: pages of the store, and those that are decided while somebody looks. */
import { useEffect, useRef, useState } from "react";
import type { EventJson } from "../../../../src/protocol/records.ts";
import { getJson } from "../../api/request-json.ts";
import { useFleet } from "../../state/use-fleet.ts";
import type { DecidedAnswer, DecidedApproval } from "./approval-answers.ts";
import { decidedOfEvent, mergedDecided } from "./decided-log.ts";

export interface Decided {
  readonly all: readonly DecidedApproval[];
  readonly loading: boolean;
  readonly error: Error | undefined;
  /** Whether the store has older ones. */
  readonly hasMore: boolean;
  readonly more: () => void;
}

const perPage = 100;

/** `type`: of these only; "": of all. */
export function useDecided(type: string): Decided {
  const fleet = useFleet();
  const [all, setAll] = useState<readonly DecidedApproval[]>([]);
  const [loading, setLoading] = useState(true);
  const [error, setError] = useState<Error>();
  const cursor = useRef<string | null>(null);
  const [hasMore, setHasMore] = useState(false);
  const reading = useRef<AbortController | undefined>(undefined);
  const read = async (from: string | null) => {
    reading.current?.abort();
    const ending = new AbortController();
    reading.current = ending;
    setLoading(true);
    setError(undefined);
    const query = new URLSearchParams({ state: "decided", limit: String(perPage) });
    if (type !== "") query.set("type", type);
    if (from !== null) query.set("cursor", from);
    try {
      const answer = await getJson<DecidedAnswer>(`/api/approvals?${query}`, ending.signal);
      cursor.current = answer.next_cursor;
      setHasMore(answer.next_cursor !== null);
      setAll((before) => mergedDecided(before, answer.decided));
    } catch (failure) {
      if (ending.signal.aborted) return;
      setError(failure as Error);
    }
    setLoading(false);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: read anew for another type only
  useEffect(() => {
    setAll([]);
    void read(null);
    const isWanted = (one: DecidedApproval) => type === "" || one.approval_type === type;
    const hear = (events: readonly EventJson[]) => {
      const decided = events.map(decidedOfEvent).filter((one) => one !== undefined);
      if (decided.some(isWanted)) setAll((before) => mergedDecided(before, decided.filter(isWanted)));
      // Its context was too large to be pushed.
      else if (events.some(isAuditWithoutData)) void read(null);
    };
    const stop = fleet.onEvents({ onEvents: hear, onHole: () => void read(null) });
    return () => {
      stop();
      reading.current?.abort();
    };
  }, [fleet, type]);
  return { all, loading, error, hasMore, more: () => void read(cursor.current) };
}

function isAuditWithoutData({ event_type, data }: EventJson): boolean {
  return event_type === "approval_audit" && data === undefined;
}
