/** What happened, in a line. */
import { dataBrief } from "../events/data-brief.ts";
import { beatOf } from "./beat-of.ts";
import type { TimelineItem, TimelineKind } from "./timeline-item.ts";
import type { BeatsRow } from "./timeline-rows.ts";

export const kindNames: Readonly<Record<TimelineKind, string>> = {
  beat: "beat",
  stage: "stage",
  signal_sent: "sent",
  signal_received: "received",
  broadcast: "broadcast",
  error: "error",
  approval: "approval",
};

export function beatsText({ count, from, to, status }: BeatsRow): string {
  const way = from === to ? `at ${percent(to)}` : `${percent(from)} to ${percent(to)}`;
  return `${count} beats, ${way}, ${status}`;
}

export function timelineText(item: TimelineItem, agentId: string): string {
  const { kind, data } = item;
  const beat = kind === "beat" ? beatOf(item) : undefined;
  if (beat) return `${percent(beat.progress)}, ${beat.status}${beat.task ? `: ${beat.task}` : ""}`;
  if (typeof data !== "object" || data === null) return dataBrief(item);
  const said = data as Readonly<Record<string, unknown>>;
  if (kind === "stage")
    return joined(" · ", [said.stage_name ?? said.stage, said.status, said.tier]) || dataBrief(item);
  if (kind === "signal_sent") return `${said.signal_type} to ${said.target_agent}`;
  if (kind === "signal_received") return `${said.signal_type} from ${said.source_agent}`;
  if (kind === "broadcast") {
    return `${said.signal_type} ${said.source_agent === agentId ? "to all" : `from ${said.source_agent}, to all`}`;
  }
  if (kind === "error") {
    return (
      joined(": ", [said.error_type ?? said.error, said.error_message ?? said.message]) || dataBrief(item)
    );
  }
  if (kind === "approval") {
    const who = typeof said.responder === "string" ? `by ${said.responder}` : "";
    return joined(" ", [said.approval_type, said.transition, who]) || dataBrief(item);
  }
  return dataBrief(item);
}

function joined(between: string, parts: readonly unknown[]): string {
  return parts.filter((part) => typeof part === "string" && part !== "").join(between);
}

function percent(progress: number): string {
  return `${Math.floor(progress * 100)} %`;
}
