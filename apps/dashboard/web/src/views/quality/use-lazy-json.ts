/** What a route answers, for a part of a list that is in sight. */
import { useEffect, useReducer } from "react";
import { type LazyRead, LazyReads } from "./lazy-reads.ts";

const reads = new LazyReads();

/** Read anew when `version` is another one, but not all the time. `undefined`: not known yet. */
export function useLazyJson<T>(
  path: string,
  version: unknown,
): (LazyRead & { data: T | undefined }) | undefined {
  const [, draw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => reads.want(path, version, draw), [path, version]);
  return reads.known(path) as (LazyRead & { data: T | undefined }) | undefined;
}
