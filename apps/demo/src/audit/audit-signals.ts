/** The signals between the orchestrator of an audit and its agents. */
import { z } from "zod";

/** The orchestrator's name. */
export const auditor = "auditor";

/** From the orchestrator to an agent, or to all: begin. */
export const startSignal = "start";
/** From the orchestrator to all: stop. */
export const abortSignal = "abort";
/** From an agent to the orchestrator, with a `DoneSummary`. */
export const doneSignal = "done";
/** From an agent to the orchestrator, with a `Failure`. */
export const failedSignal = "failed";

/** What says how an agent ended is good for a day: at the barrier it waits for the slowest of the others. */
export const endingTtlMs = 24 * 3_600_000;

export type DoneSummary = { readonly headline: string };

export const failure = z.object({ status: z.enum(["failed", "cancelled"]), reason: z.string() });
export type Failure = z.infer<typeof failure>;

/** How an agent ended, as the orchestrator has heard it. */
export const endings = ["done", "failed", "cancelled", "unheard"] as const;
export type Ending = (typeof endings)[number];
