/** Carries transitions out: reads, decides what follows, puts it on the condition that nobody was faster, and looks again if so. */
import { randomToken, type Transport } from "@attune/transport";
import type { ApprovalAudit } from "./approval-audit.ts";
import type { CheckedAnswer } from "./approval-options.ts";
import type { ApprovalRecords, HeldRequest, PutResult } from "./approval-records.ts";
import type { ApprovalState } from "./approval-request.ts";
import type { StoredRequest } from "./stored-request.ts";
import { answered, type Ending, ended, type Refusal, timedOut } from "./transitions.ts";

/** Why a response did not count. */
export type ResponseRefusal = Refusal | "not-found" | "decided" | "unavailable";

export interface RespondedApproval {
  /** Whether the response counts: as the decision, or as one of the approvals that are needed. */
  readonly accepted: boolean;
  /** Of the request now; `"unknown"`: there is none, or the store is away. */
  readonly state: ApprovalState | "unknown";
  /** Why it does not count. `"unavailable"`: it is not known to; look at the request once the store is back. */
  readonly refusal: ResponseRefusal | null;
}

/** What is known of a request: `null`: there is none; `undefined`: the store is away. */
export type Known = HeldRequest | null | undefined;

/** So often a put is sent whose answer does not come, with a store that seems to be there. */
const maxDoubts = 3;

export class ApprovalDesk {
  readonly #transport: Transport;
  readonly #records: ApprovalRecords;
  readonly #audit: ApprovalAudit;

  constructor(transport: Transport, records: ApprovalRecords, audit: ApprovalAudit) {
    this.#transport = transport;
    this.#records = records;
    this.#audit = audit;
  }

  /** `undefined`: it is not known whether it is there now. */
  async ask(request: StoredRequest, timeoutMs: number): Promise<HeldRequest | undefined> {
    const doubts = this.#doubts();
    for (;;) {
      const result = await this.#records.create(request, timeoutMs);
      if (result === "stored") {
        this.#audit.tell(request, 1);
        return { request, version: 1, leftMs: timeoutMs, ageMs: 0 };
      }
      if (result === "conflict") {
        const held = await this.#records.get(request.request_id);
        // A put that was carried out, and whose answer was lost.
        if (held?.request.ask_id === request.ask_id) this.#audit.tell(held.request, 1);
        if (held) return held;
      }
      if (doubts.tooMany(result)) return undefined;
    }
  }

  async respond(requestId: string, answer: CheckedAnswer): Promise<RespondedApproval> {
    const voteId = randomToken();
    const doubts = this.#doubts();
    for (;;) {
      const askedAt = this.#transport.clock.monotonic();
      const held = await this.look(requestId);
      if (held === undefined) return refused("unknown", "unavailable");
      if (held === null) return refused("unknown", "not-found");
      const { request } = held;
      // A put that was carried out, and whose answer was lost.
      const own = versionOf(request, voteId);
      if (own !== undefined) {
        this.#audit.tell(request, own);
        return { accepted: true, state: request.state, refusal: null };
      }
      if (request.state !== "pending") return refused(request.state, "decided");
      const version = held.version + 1;
      const transition = answered(request, { ...answer, voteId, at: this.#now(), version });
      if (transition.kind === "refused") return refused("pending", transition.refusal);
      const { request: next, decided } = transition;
      // Reading and putting take time, which is not given to the request.
      const leftMs = decided ? null : (held.leftMs ?? 0) - (this.#transport.clock.monotonic() - askedAt);
      const result = await this.#records.replace(held, next, leftMs);
      if (result === "stored") {
        this.#tell(held, next);
        return { accepted: true, state: next.state, refusal: null };
      }
      if (doubts.tooMany(result)) return refused("unknown", "unavailable");
    }
  }

  /** The request as it stands, once its clock has had its say: what is over is timed out or escalated by whoever looks. */
  async look(requestId: string): Promise<Known> {
    const doubts = this.#doubts();
    for (;;) {
      const held = await this.#records.get(requestId);
      if (!held || !isOver(held)) {
        if (held && doubts.some) this.#audit.tellLast(held);
        return held;
      }
      const version = held.version + 1;
      const request = timedOut(held.request, this.#now(), version);
      const leftMs = request.state === "pending" ? (request.escalation?.timeout_ms ?? null) : null;
      const result = await this.#records.replace(held, request, leftMs);
      if (result === "stored") {
        this.#tell(held, request);
        return { request, version, leftMs, ageMs: 0 };
      }
      if (doubts.tooMany(result)) return undefined;
    }
  }

  /**
   * For its requester. What was decided before stays; `undefined`: the store is away. `told`: he goes on as if it were so
   * already, and the clock has no say any more. `stands`: whether he still wants it.
   */
  async end(
    requestId: string,
    ending: Ending,
    { told = false, stands = () => true }: { readonly told?: boolean; readonly stands?: () => boolean } = {},
  ): Promise<Known> {
    const doubts = this.#doubts();
    for (;;) {
      const held = told ? await this.#records.get(requestId) : await this.look(requestId);
      if (held?.request.state !== "pending" || !stands()) {
        if (held && doubts.some) this.#audit.tellLast(held);
        return held;
      }
      const version = held.version + 1;
      const request = ended(held.request, ending, this.#now(), version);
      const result = await this.#records.replace(held, request, null);
      if (result === "stored") {
        this.#tell(held, request);
        return { request, version, leftMs: null, ageMs: 0 };
      }
      if (doubts.tooMany(result)) return undefined;
    }
  }

  /** Of the transition from one to the other, and of the one before: who made that may have died of it. */
  #tell(before: HeldRequest, after: StoredRequest): void {
    this.#audit.tellLast(before);
    this.#audit.tell(after, before.version + 1);
  }

  /** Counts puts without an answer. Somebody who was faster is no reason to give up: one gets through each time. */
  #doubts() {
    const { clock, operationTimeoutMs } = this.#transport;
    const endsAt = clock.monotonic() + operationTimeoutMs;
    let count = 0;
    return {
      get some() {
        return count > 0;
      },
      tooMany: (result: PutResult) => {
        if (result === "unknown") count++;
        if (this.#transport.status !== "available") return true;
        return result === "unknown" && (count >= maxDoubts || clock.monotonic() >= endsAt);
      },
    };
  }

  #now(): string {
    return new Date(this.#transport.clock.now()).toISOString();
  }
}

function isOver({ request, leftMs }: HeldRequest): boolean {
  return request.state === "pending" && leftMs !== null && leftMs <= 0;
}

/** Of the record that a response made; `undefined`: it made none. */
function versionOf({ votes, decision }: StoredRequest, voteId: string): number | undefined {
  if (decision?.vote_id === voteId) return decision.version;
  return votes.find(({ vote_id }) => vote_id === voteId)?.version;
}

function refused(state: RespondedApproval["state"], refusal: ResponseRefusal): RespondedApproval {
  return { accepted: false, state, refusal };
}
