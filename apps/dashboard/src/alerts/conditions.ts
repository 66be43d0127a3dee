/** What each rule looks at: who or what is as it should not be. */
import type { AgentJson, AlertRuleName, ApprovalJson, GroupHealthJson } from "../protocol/records.ts";

/** What is known of the fleet when the rules are looked at. */
export interface Known {
  readonly agents: Iterable<AgentJson>;
  readonly approvals: readonly ApprovalJson[];
  readonly groups: readonly GroupHealthJson[];
  readonly errorsPerMinute: number;
  readonly store: { readonly available: boolean; readonly location: string };
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Somebody or something concerned, with how long it has been so, where that can be told from it. */
export interface Concerned {
  readonly subject: string;
  readonly heldMs?: number;
}

export interface Condition {
  /** `was`: whether it was so when this was last looked at. */
  concerned(known: Known, threshold: number, was: (subject: string) => boolean): Concerned[];
  /** One alert for each of those concerned, or one for all of them together. */
  readonly alertFor: "each" | "all";
  /** The threshold is how many have to be concerned. */
  readonly counts: boolean;
  /** What goes up and down around its threshold is over only when it has been well for so long; in milliseconds. */
  readonly calmMs: number;
  summary(subjects: readonly string[], known: Known): string;
}

export const conditions: { readonly [name in AlertRuleName]: Condition } = {
  agents_lost: {
    concerned: ({ agents }, _threshold, was) => agentsThatAre("lost", agents, was),
    alertFor: "all",
    counts: true,
    calmMs: 0,
    summary: (subjects) =>
      subjects.length === 1
        ? `Agent ${quoted(subjects[0]!)} is lost.`
        : `${subjects.length} agents are lost.`,
  },
  agents_stalled: {
    concerned: ({ agents }, _threshold, was) => agentsThatAre("stalled", agents, was),
    alertFor: "all",
    counts: true,
    calmMs: 0,
    summary: (subjects) =>
      subjects.length === 1
        ? `Agent ${quoted(subjects[0]!)} does not go on.`
        : `${subjects.length} agents do not go on.`,
  },
  error_rate: {
    concerned: ({ errorsPerMinute }, threshold) =>
      errorsPerMinute >= threshold ? [{ subject: "agent_error" }] : [],
    alertFor: "all",
    counts: false,
    calmMs: 30_000,
    summary: (_subjects, { errorsPerMinute }) => `${errorsPerMinute} errors of agents within a minute.`,
  },
  group_lag: {
    concerned: ({ groups }, threshold) =>
      groups
        .filter(({ lag }) => lag !== null && lag >= threshold)
        .map(({ group, event_type }) => ({ subject: `${group} of ${event_type}` })),
    alertFor: "each",
    counts: false,
    calmMs: 30_000,
    summary: ([subject], { groups }) => {
      const lag = groups.find(({ group, event_type }) => `${group} of ${event_type}` === subject)?.lag;
      return `The group ${quoted(subject!)} is ${lag ?? "many"} events behind.`;
    },
  },
  approval_waiting: {
    concerned: ({ approvals, now }) =>
      approvals.map(({ request_id, requested_at }) => ({
        subject: request_id,
        ...(requested_at === null ? {} : { heldMs: now - Date.parse(requested_at) }),
      })),
    alertFor: "all",
    counts: true,
    calmMs: 0,
    summary: (subjects) =>
      subjects.length === 1
        ? "A request for approval waits for long."
        : `${subjects.length} requests for approval wait for long.`,
  },
  approval_expiring: {
    concerned: ({ approvals, now }, threshold) =>
      approvals
        .filter(({ expires_at }) => expires_at !== null && Date.parse(expires_at) - now <= threshold)
        .map(({ request_id }) => ({ subject: request_id })),
    alertFor: "all",
    counts: false,
    calmMs: 0,
    summary: (subjects) =>
      subjects.length === 1
        ? "The time of a request for approval is nearly over."
        : `The time of ${subjects.length} requests for approval is nearly over.`,
  },
  store_unavailable: {
    concerned: ({ store }) => (store.available ? [] : [{ subject: store.location }]),
    alertFor: "all",
    counts: false,
    calmMs: 0,
    summary: ([location]) => `The store at ${location} does not answer.`,
  },
  dead_letters: {
    concerned: ({ groups }, threshold) => {
      const names = groups.filter(({ dead_letters }) => dead_letters >= threshold).map(({ group }) => group);
      return [...new Set(names)].map((subject) => ({ subject }));
    },
    alertFor: "each",
    counts: false,
    calmMs: 0,
    summary: ([group], { groups }) => {
      const count = groups.find((each) => each.group === group)?.dead_letters;
      return `The group ${quoted(group!)} has ${count ?? "some"} dead letters.`;
    },
  },
};

/** Of whom nothing is known just now, is as before: right after an outage that is many. */
function agentsThatAre(
  liveness: "lost" | "stalled",
  agents: Iterable<AgentJson>,
  was: (subject: string) => boolean,
): Concerned[] {
  const found: Concerned[] = [];
  for (const agent of agents) {
    const { agent_id } = agent;
    if (agent.liveness === liveness || (agent.liveness === "unknown" && was(agent_id)))
      found.push({ subject: agent_id });
  }
  return found;
}

/** A name may be any text. */
function quoted(name: string): string {
  return JSON.stringify(name.length > 100 ? `${name.slice(0, 99)}…` : name);
}
