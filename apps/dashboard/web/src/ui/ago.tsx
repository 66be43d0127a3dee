/** `3 s ago`, ticking: drawn anew only when its text is another one. */
import { useSyncExternalStore } from "react";
import { clockNow, onTick } from "./clock.ts";
import { agoText } from "./time-text.ts";

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
