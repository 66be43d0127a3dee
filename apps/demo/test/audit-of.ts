/** Runs an audit on memory, as a consumer sees it. */
import { EventStreamer } from "@attune/streams";
import { silentLogger, type Transport } from "@attune/transport";
import { createMemoryTransport, MemoryStore } from "@attune/transport-memory";
import type { Agent } from "../src/agents/agent.ts";
import { fleet } from "../src/agents/fleet.ts";
import { createSurveyor } from "../src/agents/surveyor.ts";
import { AuditBoard, auditEventTypes } from "../src/audit/audit-board.ts";
import { auditVerdict } from "../src/audit/audit-verdict.ts";
import { type Account, PublishLedger } from "../src/audit/publish-ledger.ts";
import { type AuditOutcome, runAudit } from "../src/audit/run-audit.ts";
import { runCrew, type Survey } from "../src/audit/run-crew.ts";
import type { Part } from "../src/processes/part.ts";
import { runHere } from "../src/processes/run-here.ts";
import type { TreeFile } from "../src/tree/walk-tree.ts";

interface Options {
  readonly agents?: readonly Agent[];
  readonly store?: MemoryStore;
  readonly signal?: AbortSignal;
  readonly runId?: string;
}

/** Runs an audit; a board takes what a consumer received of it. */
export async function auditOf(root: string, options: Options = {}) {
  const { agents = fleet, store = new MemoryStore(), signal, runId = "this-run" } = options;
  await using transport = await createMemoryTransport({ store, logger: silentLogger });
  const board = new AuditBoard(runId);
  const ledger = new PublishLedger();
  await using consumer = new EventStreamer({ transport }).consumeEvents({
    eventTypes: auditEventTypes,
    idleTimeoutMs: 200,
  });
  await consumer.ready;
  const outcome = await runAuditHere({ transport, ledger, root, runId, signal, agents });
  for await (const event of consumer) {
    board.take(event);
    if (board.complete) break;
  }
  const heard = Object.fromEntries(outcome.heard);
  return { board, ledger, heard, verdict: auditVerdict(board, ledger, outcome) };
}

interface HereSetup {
  readonly transport: Transport;
  readonly ledger: PublishLedger;
  readonly root: string;
  readonly runId: string;
  readonly signal?: AbortSignal | undefined;
  readonly agents: readonly Agent[];
}

/** With all the agents, and the surveyor, in this process, on one ledger. */
export function runAuditHere({ agents, signal, ...setup }: HereSetup): Promise<AuditOutcome> {
  const { transport, ledger, root, runId } = setup;
  const stopped = new AbortController();
  const surveyor = createSurveyor(root);
  const crew: Part<null, Account, Survey, readonly TreeFile[]> = {
    name: "crew",
    async run(stage) {
      await runCrew(stage, { runId, ledger, agents, surveyor });
      return { stored: {}, notStored: {} };
    },
  };
  const running = runHere(crew, null, { transport, url: "memory:", print: () => {}, ending: stopped.signal });
  const crews = [{ ...running, agents: [surveyor, ...agents] }] as const;
  return runAudit({ ...setup, crews, stopped, signal: signal ?? new AbortController().signal });
}

export const agent = (id: string, run: Agent["run"]): Agent => ({ id, task: "tests", run });
