/** Carries transitions out: reads, decides what follows, puts it on the condition that nobody was faster, and looks again if so. */
import { randomToken, type Transport } from "@attune/transport";
import type { ApprovalAudit, AuditedTransition } from "./approval-audit.ts";
import type { CheckedAnswer } from "./approval-options.ts";
import type { ApprovalRecords, HeldRequest } from "./approval-records.ts";
import type { ApprovalState } from "./approval-request.ts";
import type { StoredRequest } from "./stored-request.ts";
import { answered, cancelled, type Refusal, timedOut } from "./transitions.ts";

/** Why a response did not count. */
export type ResponseRefusal = Refusal | "not-found" | "decided" | "unavailable";

export interface RespondedApproval {
  /** Whether the response counts: as the decision, or as one of the approvals that are needed. */
  readonly accepted: boolean;
  /** Of the request now; `"unknown"`: there is none, or the store is away. */
  readonly state: ApprovalState | "unknown";
  /** Why it does not count. */
  readonly refusal: ResponseRefusal | null;
}

/** What is known of a request: `null`: there is none; `undefined`: the store is away. */
export type Known = HeldRequest | null | undefined;

/** With so many at it at once, somebody gets through each time: this many times is never reached. */
const maxRounds = 1000;

export class ApprovalDesk {
  readonly #transport: Transport;
  readonly #records: ApprovalRecords;
  readonly #audit: ApprovalAudit;

  constructor(transport: Transport, records: ApprovalRecords, audit: ApprovalAudit) {
    this.#transport = transport;
    this.#records = records;
    this.#audit = audit;
  }

  async respond(requestId: string, answer: CheckedAnswer): Promise<RespondedApproval> {
    const voteId = randomToken();
    for (let round = 0; round < maxRounds; round++) {
      const askedAt = this.#transport.clock.monotonic();
      const held = await this.look(requestId);
      if (held === undefined) return refused("unknown", "unavailable");
      if (held === null) return refused("unknown", "not-found");
      const { request } = held;
      // A put that was carried out, and whose answer was lost.
      if (carries(request, voteId)) return { accepted: true, state: request.state, refusal: null };
      if (request.state !== "pending") return refused(request.state, "decided");
      const transition = answered(request, { ...answer, voteId, at: this.#now() });
      if (transition.kind === "refused") return refused("pending", transition.refusal);
      const { request: next, decided } = transition;
      // Reading and putting take time, which is not given to the request.
      const leftMs = decided ? null : (held.leftMs ?? 0) - (this.#transport.clock.monotonic() - askedAt);
      const result = await this.#records.replace(held, next, leftMs);
      if (result === "stored") {
        this.#tell(decided ? (next.state as AuditedTransition) : "voted", next, held.version + 1);
        return { accepted: true, state: next.state, refusal: null };
      }
      if (result === "unknown" && this.#transport.status !== "available")
        return refused("unknown", "unavailable");
    }
    return refused("unknown", "unavailable");
  }

  /** The request as it stands, once its clock has had its say: what is over is timed out or escalated by whoever looks. */
  async look(requestId: string): Promise<Known> {
    for (let round = 0; round < maxRounds; round++) {
      const held = await this.#records.get(requestId);
      if (!held || !isOver(held)) return held;
      const after = await this.#expire(held);
      if (after) return after;
      if (this.#transport.status !== "available") return undefined;
    }
    return undefined;
  }

  /** By its requester. What was decided before stays; `undefined`: the store is away. */
  async cancel(requestId: string, reason: string): Promise<Known> {
    for (let round = 0; round < maxRounds; round++) {
      const held = await this.look(requestId);
      if (held?.request.state !== "pending") return held;
      const request = cancelled(held.request, reason, this.#now());
      const result = await this.#records.replace(held, request, null);
      if (result === "stored") {
        this.#tell("cancelled", request, held.version + 1);
        return { request, version: held.version + 1, leftMs: null };
      }
      if (result === "unknown" && this.#transport.status !== "available") return undefined;
    }
    return undefined;
  }

  /** `undefined`: somebody was faster, or the store is away. */
  async #expire(held: HeldRequest): Promise<HeldRequest | undefined> {
    const request = timedOut(held.request, this.#now());
    const leftMs = request.state === "pending" ? (request.escalation?.timeout_ms ?? null) : null;
    if ((await this.#records.replace(held, request, leftMs)) !== "stored") return undefined;
    this.#tell(request.state === "pending" ? "escalated" : request.state, request, held.version + 1);
    return { request, version: held.version + 1, leftMs };
  }

  #tell(transition: AuditedTransition, request: StoredRequest, version: number): void {
    this.#audit.tell(transition, request, version);
  }

  #now(): string {
    return new Date(this.#transport.clock.now()).toISOString();
  }
}

function isOver({ request, leftMs }: HeldRequest): boolean {
  return request.state === "pending" && leftMs !== null && leftMs <= 0;
}

function carries({ votes, decision }: StoredRequest, voteId: string): boolean {
  return decision?.vote_id === voteId || votes.some(({ vote_id }) => vote_id === voteId);
}

function refused(state: RespondedApproval["state"], refusal: ResponseRefusal): RespondedApproval {
  return { accepted: false, state, refusal };
}
