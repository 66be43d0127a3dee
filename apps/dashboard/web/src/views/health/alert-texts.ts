/** Alerts and their rules in words. */
import type { AlertJson } from "../../../../src/protocol/records.ts";
import { agentPath } from "../../ui/agent-path.ts";
import { counted } from "../../ui/number-text.ts";
import { lengthText } from "./figures.ts";

export interface AlertRuleJson {
  readonly enabled: boolean;
  readonly threshold: number;
  readonly severity: AlertJson["severity"];
  readonly for_ms: number;
}

const ruleNames: Readonly<Record<string, string>> = {
  agents_lost: "Agents lost",
  agents_stalled: "Agents stalled",
  error_rate: "Errors",
  group_lag: "Group behind",
  approval_waiting: "Approval waiting",
  approval_expiring: "Approval running out",
  store_unavailable: "Store unavailable",
  dead_letters: "Dead letters",
};

export function ruleName(rule: string): string {
  return ruleNames[rule] ?? rule;
}

/** Where what it is about can be looked at; `undefined`: nowhere. */
export function subjectPath(rule: string, subject: string): string | undefined {
  if (rule.startsWith("agents_")) return agentPath(subject);
  if (rule.startsWith("approval_")) return `/approvals?id=${encodeURIComponent(subject)}`;
  if (rule === "error_rate") return "/events?type=agent_error";
  return undefined;
}

export function conditionText(rule: string, { threshold, for_ms }: AlertRuleJson): string {
  const count = threshold.toLocaleString("en");
  const forLong = for_ms > 0 ? `, for ${lengthText(for_ms)}` : "";
  const texts: Readonly<Record<string, string>> = {
    agents_lost: `at least ${count} lost${forLong}`,
    agents_stalled: `at least ${count} stalled${forLong}`,
    error_rate: `at least ${count} a minute${forLong}`,
    group_lag: `at least ${counted(threshold, "event")} behind${forLong}`,
    approval_waiting: `at least ${count} waiting${for_ms > 0 ? ` for ${lengthText(for_ms)}` : ""}`,
    approval_expiring: `less than ${lengthText(threshold)} left${forLong}`,
    store_unavailable: `no answer${for_ms > 0 ? ` for ${lengthText(for_ms)}` : ""}`,
    dead_letters: `at least ${count} of a group${forLong}`,
  };
  return texts[rule] ?? `${count}${forLong}`;
}
