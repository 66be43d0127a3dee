/** How long a request has left, and what becomes of it then. */
import type { ApprovalJson } from "../../../../src/protocol/records.ts";

/** From so little on it is marked. */
const hurryMs = 30_000;

export interface TimeLeft {
  /** `02:05`, `1:02:05`, `3 d 04:00:00` */
  readonly text: string;
  readonly urgency: "none" | "hurry" | "over";
}

export function timeLeft(expiresAt: string | null, nowMs: number): TimeLeft {
  const left = Date.parse(expiresAt ?? "") - nowMs;
  if (Number.isNaN(left)) return { text: "?", urgency: "none" };
  if (left <= 0) return { text: "00:00", urgency: "over" };
  const seconds = Math.ceil(left / 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
  ];
  const clock = `${two(minutes)}:${two(seconds % 60)}`;
  const text = days > 0 ? `${days} d ${two(hours)}:${clock}` : hours > 0 ? `${hours}:${clock}` : clock;
  return { text, urgency: left <= hurryMs ? "hurry" : "none" };
}

export function onTimeoutText({
  on_timeout,
  escalated,
}: Pick<ApprovalJson, "on_timeout" | "escalated">): string {
  if (on_timeout === "approve") return "then it is approved by itself";
  if (on_timeout === "escalate" && !escalated) return "then others are asked";
  return "then it is not approved";
}
