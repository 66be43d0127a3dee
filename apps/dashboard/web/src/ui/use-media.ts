/** Whether a media query holds, followed as it changes. */
import { useCallback, useSyncExternalStore } from "react";

export function useMedia(query: string): boolean {
  const listen = useCallback(
    (listener: () => void) => {
      const media = window.matchMedia(query);
      media.addEventListener("change", listener);
      return () => media.removeEventListener("change", listener);
    },
    [query],
  );
  return useSyncExternalStore(listen, () => window.matchMedia(query).matches);
}

/** A phone: there is room for one column. */
export const narrow = "(max-width: 45rem)";
/** Mostly without a keyboard: keys are not told of there. The same as `.key-hint` in base.css. */
export const withoutKeys = "(hover: none), (pointer: coarse), (max-width: 45rem)";
