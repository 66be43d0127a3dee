/** Runs an audit on memory, as a consumer sees it. */
import { EventStreamer } from "@attune/streams";
import { silentLogger } from "@attune/transport";
import { createMemoryTransport, MemoryStore } from "@attune/transport-memory";
import type { Agent } from "../src/agents/agent.ts";
import { AuditBoard, auditEventTypes } from "../src/audit/audit-board.ts";
import { auditVerdict } from "../src/audit/audit-verdict.ts";
import { PublishLedger } from "../src/audit/publish-ledger.ts";
import { runAudit } from "../src/audit/run-audit.ts";

interface Options {
  readonly agents?: readonly Agent[];
  readonly store?: MemoryStore;
  readonly signal?: AbortSignal;
  readonly runId?: string;
}

/** Runs an audit; a board takes what a consumer received of it. */
export async function auditOf(root: string, options: Options = {}) {
  const { agents, store = new MemoryStore(), signal, runId = "this-run" } = options;
  await using transport = await createMemoryTransport({ store, logger: silentLogger });
  const board = new AuditBoard(runId);
  const ledger = new PublishLedger();
  await using consumer = new EventStreamer({ transport }).consumeEvents({
    eventTypes: auditEventTypes,
    idleTimeoutMs: 200,
  });
  await consumer.ready;
  const never = new AbortController().signal;
  const { heard } = await runAudit({ transport, ledger, root, runId, signal: signal ?? never, agents });
  for await (const event of consumer) {
    board.take(event);
    if (board.complete) break;
  }
  return { board, ledger, heard: Object.fromEntries(heard), verdict: auditVerdict(board, ledger, heard) };
}

export const agent = (id: string, run: Agent["run"]): Agent => ({ id, task: "tests", run });
