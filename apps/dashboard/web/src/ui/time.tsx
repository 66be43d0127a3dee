/** Times and spans, for people. */
import { useEffect, useState } from "react";
import { clockText } from "./time-text.ts";

/** `19:20:01.123`, local; the whole time as its title. */
export function TimeOfDay({ iso }: { readonly iso: string | null }) {
  if (iso === null) return <span>?</span>;
  return (
    <time dateTime={iso} title={iso}>
      {clockText(new Date(iso))}
    </time>
  );
}

/** Milliseconds since 1970, anew each second. */
export function useNow(everyMs = 1000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), everyMs);
    return () => window.clearInterval(timer);
  }, [everyMs]);
  return now;
}
