/** The signals as long as the view is there; draws anew some times a second when there are others. */
import { useEffect, useRef, useState } from "react";
import { useFleet } from "../../state/use-fleet.ts";
import { SignalFeed } from "./signal-feed.ts";
import type { SignalRecord } from "./signal-record.ts";

export interface SignalFeedUse {
  /** `undefined`: it is only beginning. */
  readonly feed: SignalFeed | undefined;
  /** Grows with each change. */
  readonly version: number;
  /** Put a function there to hear of each signal as it comes. */
  readonly onSignal: { current: (signal: SignalRecord) => void };
}

export function useSignalFeed(): SignalFeedUse {
  const fleet = useFleet();
  const [feed, setFeed] = useState<SignalFeed>();
  const [version, setVersion] = useState(0);
  const onSignal = useRef<(signal: SignalRecord) => void>(() => {});
  useEffect(() => {
    const opened = new SignalFeed(
      fleet,
      (signal) => onSignal.current(signal),
      () => setVersion((before) => before + 1),
    );
    setFeed(opened);
    return () => opened.close();
  }, [fleet]);
  return { feed, version, onSignal };
}
