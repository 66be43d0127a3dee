/** Which alerts fire and which have been resolved lately, by the rules. */
import type { AlertJson, AlertRuleName } from "../protocol/records.ts";
import type { CheckedAlertRules } from "./alert-rules.ts";
import { type Concerned, conditions, type Known } from "./conditions.ts";

/** An alert has begun, concerns others as well, or is over. */
export interface AlertChange {
  readonly state: "firing" | "updated" | "resolved";
  /** Counts the changes of this alert, from 1 on: together with its id no other change has the same. */
  readonly change: number;
  readonly alert: AlertJson;
}

interface Told {
  /** Whom it was told to concern. */
  readonly subjects: ReadonlySet<string>;
  readonly at: number;
  readonly change: number;
}

/** That an alert concerns others as well is told so often at most. */
const updateMs = 60_000;
/** Those that are over stay for an hour. */
const keptMs = 3_600_000;
const mostResolved = 200;
const mostSubjects = 20;

const ruleNames = Object.keys(conditions) as AlertRuleName[];

export class AlertBook {
  readonly #rules: CheckedAlertRules;
  /** Of each rule, since when each of those concerned is so; by the clock that never goes back. */
  readonly #since = new Map<AlertRuleName, ReadonlyMap<string, number>>();
  /** By the rule and what it is about. */
  readonly #firing = new Map<string, AlertJson>();
  /** Of each that fires, what was told last. */
  readonly #told = new Map<string, Told>();
  /** Of those that fire, since when nobody is concerned any more. */
  readonly #calmSince = new Map<string, number>();
  #resolved: AlertJson[] = [];
  #ids = 0;

  constructor(rules: CheckedAlertRules) {
    this.#rules = rules;
  }

  /** Those that fire first, then those that are over, the latest of each first. */
  get all(): AlertJson[] {
    return [...[...this.#firing.values()].reverse(), ...this.#resolved];
  }

  /** `monotonic`: milliseconds that never go back. */
  look(known: Known, monotonic: number): AlertChange[] {
    const changes: AlertChange[] = [];
    for (const name of ruleNames) {
      if (!this.#rules[name].enabled) continue;
      // Of what lies in the store nothing is known while that is away: it stays as it was.
      if (name !== "store_unavailable" && !known.store.available) continue;
      this.#lookAt(name, known, monotonic, changes);
    }
    const from = known.now - keptMs;
    this.#resolved = this.#resolved
      .filter(({ resolved_at }) => Date.parse(resolved_at!) > from)
      .slice(0, mostResolved);
    return changes;
  }

  #lookAt(name: AlertRuleName, known: Known, monotonic: number, changes: AlertChange[]): void {
    const { threshold, for_ms } = this.#rules[name];
    const { concerned, alertFor, counts, calmMs } = conditions[name];
    const before = this.#since.get(name);
    const found = concerned(known, threshold, (subject) => before?.has(subject) ?? false);
    const since = new Map<string, number>();
    const heldMs = ({ subject, heldMs: told }: Concerned) => {
      since.set(subject, before?.get(subject) ?? monotonic);
      return told ?? monotonic - since.get(subject)!;
    };
    const subjects = found.filter((each) => heldMs(each) >= for_ms).map(({ subject }) => subject);
    this.#since.set(name, since);
    const wanted = new Map<string, readonly string[]>();
    if (alertFor === "each") for (const subject of subjects) wanted.set(`${name} ${subject}`, [subject]);
    else if (subjects.length >= (counts ? threshold : 1)) wanted.set(`${name} `, subjects);
    for (const [key, concerning] of wanted) {
      const change = this.#fire(key, name, concerning, known, monotonic);
      if (change) changes.push(change);
    }
    const isCalm = (key: string) =>
      alertFor === "each" ? !since.has(key.slice(name.length + 1)) : found.length < (counts ? threshold : 1);
    for (const key of [...this.#firing.keys()]) {
      if (!key.startsWith(`${name} `)) continue;
      if (wanted.has(key) || (calmMs > 0 && !isCalm(key))) this.#calmSince.delete(key);
      else if (monotonic - (this.#calmSince.get(key) ?? monotonic) >= calmMs)
        this.#resolve(key, known, changes);
      else if (!this.#calmSince.has(key)) this.#calmSince.set(key, monotonic);
    }
  }

  #fire(
    key: string,
    rule: AlertRuleName,
    subjects: readonly string[],
    known: Known,
    monotonic: number,
  ): AlertChange | undefined {
    const before = this.#firing.get(key);
    const told = this.#told.get(key);
    const now = new Date(known.now).toISOString();
    const alert: AlertJson = {
      alert_id: before?.alert_id ?? `${rule}-${known.now}-${++this.#ids}`,
      rule,
      severity: this.#rules[rule].severity,
      summary: conditions[rule].summary(subjects, known),
      subjects: subjects.slice(0, mostSubjects),
      since: before?.since ?? now,
      resolved_at: null,
    };
    this.#firing.set(key, alert);
    if (told && (monotonic - told.at < updateMs || subjects.every((subject) => told.subjects.has(subject))))
      return undefined;
    // Those who were concerned before and are no longer are told of again when they come back.
    const change = (told?.change ?? 0) + 1;
    this.#told.set(key, { subjects: new Set(subjects), at: monotonic, change });
    return { state: told ? "updated" : "firing", change, alert };
  }

  #resolve(key: string, known: Known, changes: AlertChange[]): void {
    const alert = { ...this.#firing.get(key)!, resolved_at: new Date(known.now).toISOString() };
    const change = this.#told.get(key)!.change + 1;
    this.#firing.delete(key);
    this.#told.delete(key);
    this.#calmSince.delete(key);
    this.#resolved.unshift(alert);
    changes.push({ state: "resolved", change, alert });
  }
}
