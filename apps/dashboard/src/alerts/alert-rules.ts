/** When an alert fires: the rules, their defaults, and the checks of what somebody writes instead. */
import { AttuneError } from "@attune/transport";
import { z } from "zod";
import type { AlertJson, AlertRuleName } from "../protocol/records.ts";

export interface AlertRule {
  /** False: this rule is not looked at. Default true. */
  readonly enabled: boolean;
  /** What it takes; what that counts is told with the rule. Above 0. */
  readonly threshold: number;
  readonly severity: AlertJson["severity"];
  /** How long each of those concerned has to have been so; in milliseconds, from 0 to 30 days. */
  readonly for_ms: number;
}

/** By the name of the rule. What is left out, of a rule too, is as in `defaultAlertRules`. */
export type AlertRules = { readonly [name in AlertRuleName]?: Partial<AlertRule> };

/** The names are those of the JSON file. */
export const defaultAlertRules: { readonly [name in AlertRuleName]: AlertRule } = {
  /** So many agents whose lease ran out without a word. */
  agents_lost: { enabled: true, threshold: 1, severity: "critical", for_ms: 0 },
  /** So many agents that beat, and do not go on. */
  agents_stalled: { enabled: true, threshold: 1, severity: "warning", for_ms: 60_000 },
  /** So many `agent_error` events within a minute. */
  error_rate: { enabled: true, threshold: 10, severity: "warning", for_ms: 0 },
  /** So many events of a type that a group has not been given yet: an alert for each group and type. */
  group_lag: { enabled: true, threshold: 1000, severity: "warning", for_ms: 30_000 },
  /** So many requests for approval that wait for longer than `for_ms`. */
  approval_waiting: { enabled: true, threshold: 1, severity: "warning", for_ms: 300_000 },
  /** A request for approval that has no more than so many milliseconds left. */
  approval_expiring: { enabled: true, threshold: 60_000, severity: "critical", for_ms: 0 },
  /** The store does not answer; the threshold counts nothing here. */
  store_unavailable: { enabled: true, threshold: 1, severity: "critical", for_ms: 5000 },
  /** So many dead letters of a group: an alert for each group. */
  dead_letters: { enabled: true, threshold: 1, severity: "warning", for_ms: 0 },
};

export type CheckedAlertRules = typeof defaultAlertRules;

const ruleSchema = z
  .strictObject({
    enabled: z.boolean(),
    threshold: z.number().gt(0).max(1e15),
    severity: z.enum(["warning", "critical"]),
    for_ms: z.number().int().min(0).max(2_592_000_000),
  })
  .partial();

const names = Object.keys(defaultAlertRules) as AlertRuleName[];
const rulesSchema = z.strictObject(Object.fromEntries(names.map((name) => [name, ruleSchema.optional()])));

/**
 * Checks rules as they lie in a JSON file: `{ "error_rate": { "threshold": 50, "severity": "critical" } }`. What they leave out is as
 * in the defaults. Throws `ATTUNE_ARGUMENT_INVALID`, which says what is wrong where: an unknown rule or field, a value of the wrong
 * type or out of its bounds.
 */
export function parseAlertRules(rules: unknown): CheckedAlertRules {
  const checked = rulesSchema.safeParse(rules);
  if (!checked.success) {
    const issues = checked.error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
    const told = issues.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`));
    const message = `The rules for alerts cannot be used: ${told.join("; ")}.`;
    throw new AttuneError("ATTUNE_ARGUMENT_INVALID", message, { details: { argument: "alerts", issues } });
  }
  const given = checked.data as AlertRules;
  const complete = names.map((name) => [name, { ...defaultAlertRules[name], ...defined(given[name]) }]);
  return Object.fromEntries(complete) as CheckedAlertRules;
}

function defined(rule: Partial<AlertRule> = {}): Partial<AlertRule> {
  return Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== undefined));
}
