/** Reads a REST route for a view, anew whenever `key` changes. */
import { useEffect, useState } from "react";
import { getJson } from "./request-json.ts";

export interface Loaded<T> {
  /** What was read last; stays while it is read anew. */
  readonly data: T | undefined;
  readonly error: Error | undefined;
  readonly loading: boolean;
}

/** `path` undefined: nothing is read. */
export function useJson<T>(path: string | undefined, key: unknown = 0): Loaded<T> {
  const [loaded, setLoaded] = useState<Loaded<T>>({ data: undefined, error: undefined, loading: true });
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` says when to read anew
  useEffect(() => {
    if (path === undefined) return;
    const ending = new AbortController();
    setLoaded(({ data }) => ({ data, error: undefined, loading: true }));
    getJson<T>(path, ending.signal).then(
      (data) => setLoaded({ data, error: undefined, loading: false }),
      (error: Error) => {
        if (!ending.signal.aborted) setLoaded(({ data }) => ({ data, error, loading: false }));
      },
    );
    return () => ending.abort();
  }, [path, key]);
  return loaded;
}
