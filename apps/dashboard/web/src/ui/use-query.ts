/** What the address says behind its `?`, so that a view can be shared as a link. */
import { useCallback, useMemo } from "react";
import { navigate, useSearch } from "wouter/use-browser-location";

export interface SetQueryOptions {
  /** Without an entry for Back: for what changes with each key that is typed. Default false. */
  readonly replace?: boolean;
}

export function useQuery(): [URLSearchParams, (query: URLSearchParams, options?: SetQueryOptions) => void] {
  const search = useSearch();
  const query = useMemo(() => new URLSearchParams(search), [search]);
  const setQuery = useCallback((next: URLSearchParams, { replace = false }: SetQueryOptions = {}) => {
    const text = next.toString();
    const { pathname, search } = window.location;
    if (text === new URLSearchParams(search).toString()) return;
    navigate(text === "" ? pathname : `${pathname}?${text}`, { replace });
  }, []);
  return [query, setQuery];
}
