/** Lets a reviewer decide what the auditor of a run asks for: it hears of that by the stream `approval_audit`. */
import { ApprovalGate, approvalAudit } from "@attune/approvals";
import { type EventConsumer, EventStreamer, type EventsOf } from "@attune/streams";
import type { Transport } from "@attune/transport";
import type { AgentIds } from "../agent-ids.ts";
import { keepMs } from "../approvals/keep-ms.ts";
import { reportRequest, writeReport } from "./report-request.ts";
import type { ReportReviewer } from "./report-reviewer.ts";

const selected = [approvalAudit] as const;

export interface ReviewSetup {
  readonly transport: Transport;
  readonly ids: AgentIds;
  readonly reviewer: ReportReviewer;
}

export class Review {
  readonly #setup: ReviewSetup;
  readonly #gate: ApprovalGate;
  readonly #consumer: EventConsumer<EventsOf<typeof selected>>;
  readonly #seen = new Set<string>();
  readonly #closed = new AbortController();
  readonly #underWay: Promise<unknown>[] = [];

  constructor(setup: ReviewSetup) {
    const { transport } = setup;
    this.#setup = setup;
    this.#gate = new ApprovalGate({ transport, keepMs });
    this.#consumer = new EventStreamer({ transport }).consumeEvents({ eventTypes: selected });
    this.#underWay.push(this.#follow(), this.#catchUp());
  }

  /** Answers nothing any more. */
  async close(): Promise<void> {
    this.#closed.abort();
    await this.#consumer.close();
    await Promise.all(this.#underWay);
    await this.#gate.close();
  }

  async #follow(): Promise<void> {
    for await (const { valid, data } of this.#consumer) {
      if (!valid || data.approval_type !== writeReport || data.transition !== "requested") continue;
      // On a shared store the auditors of others ask, too.
      if (this.#setup.ids.nameOf(data.agent_id) !== undefined) this.#begin(data.request_id);
    }
  }

  /** The store may have come so late that somebody had asked already. */
  async #catchUp(): Promise<void> {
    try {
      await this.#consumer.ready;
    } catch {
      return; // closed before the store was there
    }
    for (const { requestId, agentId } of await this.#gate.getPendingApprovals({
      approvalType: writeReport,
    })) {
      if (this.#setup.ids.nameOf(agentId) !== undefined) this.#begin(requestId);
    }
  }

  #begin(requestId: string): void {
    if (this.#seen.has(requestId)) return;
    this.#seen.add(requestId);
    this.#underWay.push(this.#answer(requestId));
  }

  async #answer(requestId: string): Promise<void> {
    const { reviewer, ids } = this.#setup;
    const request = await this.#gate.getApproval(requestId);
    const asked = reportRequest.safeParse(request?.context).data;
    if (request?.state !== "pending" || !asked) return;
    const decision = await reviewer.decide(asked, this.#closed.signal);
    if (!decision) return;
    // With the digest of what was looked at: nothing else is approved.
    const { digest } = request;
    await this.#gate.respondToApproval(requestId, {
      ...decision,
      responder: responderOf(reviewer, ids),
      digest,
    });
  }
}

/** Under which name its answers count. */
export function responderOf({ name, isAgent }: ReportReviewer, ids: AgentIds): string {
  return isAgent ? ids.idOf(name) : name;
}
