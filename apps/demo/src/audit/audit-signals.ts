/** The signals between the auditor and its agents, and what they carry. */
import { z } from "zod";

/** The name of the orchestrator. */
export const auditor = "auditor";

/** From the auditor to an agent, or to all: begin. */
export const startSignal = "start";
/** From an agent to the auditor: it has measured, and waits. */
export const measuredSignal = "measured";
/** From the auditor to all: everybody has measured, go on. */
export const goSignal = "go";
/** From an agent to the auditor, with a `DoneSummary`. */
export const doneSignal = "done";
/** From an agent's host to the auditor, with a `Failure`: it has failed, or was cancelled. */
export const failedSignal = "failed";
/** From the auditor to all of its run: stop. */
export const abortSignal = "abort";

/** What is said to the auditor is good for a day: it waits there for the slowest of the others. */
export const wordTtlMs = 24 * 3_600_000;

/** How the workflows of an audit signal. A process may take its time to begin: signals wait for the usual minute. */
export const auditCoordination = { abortOn: [abortSignal], signals: {} };

const count = z.number().int().min(0);
const facts = {
  /** Since it was told to start. */
  duration_ms: z.number().min(0),
  /** Of models; lexical work needs none. */
  tokens: count,
};

const foundByKind = z.object({
  kind: z.string(),
  count,
  first: z.array(z.object({ where: z.string(), what: z.string() })),
});
export type FoundByKind = z.infer<typeof foundByKind>;

export const doneSummary = z.object({
  ...facts,
  headline: z.string(),
  totals: z.record(z.string(), z.number()),
  ranking: z.array(z.object({ name: z.string(), value: z.number(), unit: z.string() })),
  found: z.array(foundByKind),
  unreadable: count,
});
export type DoneSummary = z.infer<typeof doneSummary>;

export const failure = z.object({
  ...facts,
  status: z.enum(["failed", "cancelled"]),
  /** Where it stopped. */
  stage: z.string(),
  attempts: count,
  reason: z.string(),
});
export type Failure = z.infer<typeof failure>;

/** How an agent ended, as the auditor has heard it. */
export const endings = ["done", "failed", "cancelled", "unheard"] as const;
export type Ending = (typeof endings)[number];

export type AgentOutcome =
  | ({ readonly ending: "done" } & DoneSummary)
  | ({ readonly ending: "failed" | "cancelled" } & Failure)
  | { readonly ending: "unheard" };
