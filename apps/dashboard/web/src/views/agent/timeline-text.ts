/** What happened, in a line. */

import type { TimelineKind } from "../../../../src/protocol/timeline-kind.ts";
import { textOf } from "../../ui/text-of.ts";
import { dataBrief } from "../events/data-brief.ts";
import { beatOf } from "./beat-of.ts";
import type { TimelineItem } from "./timeline-item.ts";
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
  if (kind === "signal_sent") return signalText(said.signal_type, "to", said.target_agent) ?? dataBrief(item);
  if (kind === "signal_received")
    return signalText(said.signal_type, "from", said.source_agent) ?? dataBrief(item);
  if (kind === "broadcast") {
    const type = textOf(said.signal_type);
    const from = said.source_agent === agentId ? "" : `from ${textOf(said.source_agent) ?? "?"}, `;
    return type === undefined ? dataBrief(item) : `${type} ${from}to all`;
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

/** `undefined`: it is no signal that could be understood. */
function signalText(type: unknown, way: "to" | "from", agent: unknown): string | undefined {
  const [typeText, agentText] = [textOf(type), textOf(agent)];
  return typeText === undefined || agentText === undefined ? undefined : `${typeText} ${way} ${agentText}`;
}

/** What is no text is left out. */
function joined(between: string, parts: readonly unknown[]): string {
  return parts.filter((part) => typeof part === "string" && part !== "").join(between);
}

function percent(progress: number): string {
  return `${Math.floor(progress * 100)} %`;
}
