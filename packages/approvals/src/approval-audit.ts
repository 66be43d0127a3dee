/** Publishes transitions on `approval_audit`: beside what is done, and at most once each, whoever tells of it. */
import { EventStreamer } from "@attune/streams";
import { AttuneError, type Logger, type Transport } from "@attune/transport";
import { approvalAudit } from "./approval-audit-event.ts";
import type { StoredRequest } from "./stored-request.ts";

/** As many as anybody looks back over. */
const maxLength = 100_000;

export type AuditedTransition =
  | "requested"
  | "voted"
  | "escalated"
  | "approved"
  | "rejected"
  | "timeout"
  | "cancelled";

export class ApprovalAudit {
  readonly #streamer: EventStreamer;
  readonly #logger: Logger;
  readonly #underWay = new Set<Promise<void>>();

  constructor(transport: Transport, logger: Logger) {
    this.#logger = logger;
    this.#streamer = new EventStreamer({ transport, logger, source: "approvals", maxLength });
  }

  /** `version` is the record's after the transition: with the request's id it names the transition. */
  tell(transition: AuditedTransition, request: StoredRequest, version: number): void {
    const telling = this.#publish(transition, request, version);
    this.#underWay.add(telling);
    void telling.then(() => this.#underWay.delete(telling));
  }

  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  async #publish(transition: AuditedTransition, request: StoredRequest, version: number): Promise<void> {
    const { decision, votes } = request;
    const vote = transition === "voted" ? votes.at(-1) : undefined;
    try {
      await this.#streamer.publishEvents([
        {
          eventType: approvalAudit.eventType,
          idempotencyKey: `${request.request_id}:${version}`,
          data: {
            request_id: request.request_id,
            approval_type: request.approval_type,
            agent_id: request.agent_id,
            transition,
            state: request.state,
            responder: vote?.responder ?? decision?.responder ?? null,
            reason: vote?.reason ?? decision?.reason ?? "",
            digest: request.digest,
            version,
            at: vote?.voted_at ?? decision?.responded_at ?? request.requested_at,
            context: request.context,
          },
        },
      ]);
    } catch (error) {
      if (error instanceof AttuneError && error.code === "ATTUNE_TRANSPORT_CLOSED") return;
      this.#logger.error(
        `attune: ApprovalGate: a transition of ${request.request_id} is not in the audit: ${(error as Error).message}`,
      );
    }
  }
}
