/** The events of an audit beside the standard ones. Consumers in other processes import the same definitions. */
import { defineEvent, type EventData } from "@attune/streams";
import { z } from "zod";
import { endings } from "./audit-signals.ts";

const count = z.number().int().min(0);
const runId = z.string().min(1);
const agentId = z.string().min(1);
/** Events by type. */
const counts = z.record(z.string(), count);

/** An audit began, with these agents. */
export const auditStarted = defineEvent(
  "audit_started",
  z.object({
    run_id: runId,
    root: z.string(),
    agents: z.array(
      z.object({
        agent_id: agentId,
        task: z.string(),
        /** `null`: it lives in the auditor's. */
        process_id: z.number().int().nullable(),
        /** It shows what becomes of an agent that fails. */
        meant_to_fail: z.boolean(),
      }),
    ),
  }),
);

/** An agent found something worth telling, somewhere. */
export const auditFinding = defineEvent(
  "audit_finding",
  z.object({
    run_id: runId,
    agent_id: agentId,
    kind: z.string().min(1),
    /** `file`, `file:line` or a folder, relative to the root; a module's name. */
    where: z.string(),
    what: z.string(),
  }),
);

/** An agent is done: what it measured. */
export const auditReport = defineEvent(
  "audit_report",
  z.object({
    run_id: runId,
    agent_id: agentId,
    headline: z.string(),
    totals: z.record(z.string(), z.number()),
    /** The first few of what it ranked, first first. */
    ranking: z.array(z.object({ name: z.string(), value: z.number(), unit: z.string() })),
  }),
);

/** The audit is over. The last event of a run, this one counted too: whoever has fewer lost some. */
export const auditFinished = defineEvent(
  "audit_finished",
  z.object({
    run_id: runId,
    /** Of the auditor. */
    outcome: z.enum(["completed", "cancelled", "failed"]),
    /** Events that the store took. */
    published: counts,
    /** Events that it did not take, as far as is known. */
    not_stored: counts,
    /** By agent: how it ended, as the auditor has heard. */
    heard: z.record(z.string(), z.enum(endings)),
  }),
);

export type Finding = EventData<typeof auditFinding>;
export type Report = EventData<typeof auditReport>;
