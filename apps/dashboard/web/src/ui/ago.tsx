/** `3 s ago`, ticking: drawn anew only when its text is another one. */
import { useSyncExternalStore } from "react";
import { clockNow, onTick } from "./clock.ts";
import { spanText } from "./time.tsx";

/** `null`: no time is known. */
export function Ago({ iso }: { readonly iso: string | null }) {
  const text = useSyncExternalStore(onTick, () => agoText(iso, clockNow()));
  if (iso === null) return <span className="muted">{text}</span>;
  return (
    <time dateTime={iso} title={iso}>
      {text}
    </time>
  );
}

/** What clocks that differ a little make the future is now. */
export function agoText(iso: string | null, nowMs: number): string {
  const ms = iso === null ? Number.NaN : Date.parse(iso);
  if (Number.isNaN(ms)) return "never";
  const span = nowMs - ms;
  return span < 1000 ? "now" : `${spanText(span)} ago`;
}
