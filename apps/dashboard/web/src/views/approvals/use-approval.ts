/** A request with its whole context, its history, and the one before it: read anew whenever it is another one. */
import { useEffect, useState } from "react";
import { getJson } from "../../api/request-json.ts";
import type { ApprovalAnswer } from "./approval-answers.ts";

export interface LoadedApproval {
  /** Of the request that is asked for, never of the one before. */
  readonly answer: ApprovalAnswer | undefined;
  readonly error: Error | undefined;
  readonly retry: () => void;
}

/** `key`: changes with whatever may change the answer. */
export function useApproval(requestId: string | undefined, key: unknown): LoadedApproval {
  const [loaded, setLoaded] = useState<{ id: string; answer?: ApprovalAnswer; error?: Error }>();
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: key and attempt say when to read anew
  useEffect(() => {
    if (requestId === undefined) return;
    const ending = new AbortController();
    getJson<ApprovalAnswer>(approvalPath(requestId), ending.signal).then(
      (answer) => setLoaded({ id: requestId, answer }),
      (error: Error) => {
        if (ending.signal.aborted) return;
        setLoaded((before) => (before?.id === requestId ? { ...before, error } : { id: requestId, error }));
      },
    );
    return () => ending.abort();
  }, [requestId, key, attempt]);
  const isIt = loaded?.id === requestId;
  return {
    answer: isIt ? loaded?.answer : undefined,
    error: isIt ? loaded?.error : undefined,
    retry: () => setAttempt((before) => before + 1),
  };
}

export function approvalPath(requestId: string): string {
  return `/api/approvals/${encodeURIComponent(requestId)}`;
}
