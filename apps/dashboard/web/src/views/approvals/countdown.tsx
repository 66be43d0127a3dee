/** How long a request has left: ticks each second. */
import { useSyncExternalStore } from "react";
import type { ApprovalJson } from "../../../../src/protocol/records.ts";
import { clockNow, onTick } from "../../ui/clock.ts";
import { onTimeoutText, timeLeft } from "./countdown-text.ts";

export interface CountdownProps {
  readonly approval: Pick<ApprovalJson, "expires_at" | "on_timeout" | "escalated">;
  /** Says what becomes of it then, too. */
  readonly long?: boolean;
}

export function Countdown({ approval, long = false }: CountdownProps) {
  const { expires_at } = approval;
  // A text, since only that is the same while nothing is to be drawn anew.
  const key = useSyncExternalStore(onTick, () => {
    const { text, urgency } = timeLeft(expires_at, clockNow());
    return `${urgency} ${text}`;
  });
  const [urgency = "none"] = key.split(" ", 1);
  const text = key.slice(urgency.length + 1);
  return (
    <span className={`countdown ${urgency}`} role="timer" aria-live="off" title={expires_at ?? undefined}>
      <span className="num">{urgency === "over" ? "time is over" : text}</span>
      {long ? <span className="muted"> left, {onTimeoutText(approval)}</span> : null}
    </span>
  );
}
