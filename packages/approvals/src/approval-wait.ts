/** Waits for the end of a request: woken by the bell, until its time is over by the store's clock or nobody waits any more. */
import { randomToken, type Transport, waitFor } from "@attune/transport";
import type { ApprovalAudit } from "./approval-audit.ts";
import type { ApprovalDesk } from "./approval-desk.ts";
import { approvalTopic, type HeldRequest } from "./approval-records.ts";
import { type ApprovalResponse, system } from "./approval-response.ts";
import type { GivenUp } from "./given-up.ts";
import { type StoredRequest, toResponse } from "./stored-request.ts";
import type { Ending } from "./transitions.ts";

export interface WaitHost {
  readonly transport: Transport;
  readonly desk: ApprovalDesk;
  readonly audit: ApprovalAudit;
  readonly givenUp: GivenUp;
  /** Aborts when the gate is closed. */
  readonly closed: AbortSignal;
}

/** How it ended without having been heard of. */
type Unheard = Pick<Ending, "state" | "reason">;

/** How soon to look again at a store that does not answer, when the time is over. */
const retryMs = 50;

export class ApprovalWait {
  readonly #host: WaitHost;
  readonly #asked: StoredRequest;
  readonly #signal: AbortSignal | undefined;
  readonly #ending = new AbortController();
  /** When its time is over, as far as this process knows. */
  #overAt: number;
  /** The last look was not answered. */
  #away = false;

  constructor(
    host: WaitHost,
    { request, leftMs }: Pick<HeldRequest, "request" | "leftMs">,
    signal?: AbortSignal,
  ) {
    this.#host = host;
    this.#asked = request;
    this.#signal = signal;
    this.#overAt = host.transport.clock.monotonic() + (leftMs ?? 0);
  }

  /** For its requester: a request that he does not wait for any more is ended. */
  async decision(): Promise<ApprovalResponse> {
    const { transport, desk, givenUp } = this.#host;
    const found = await this.#end();
    if ("requestId" in found) return found;
    const ending = { endId: randomToken(), ...found };
    const requestId = this.#asked.request_id;
    if (this.#ending.signal.aborted && transport.status !== "closed") {
      const held = await desk.end(requestId, ending).catch(() => undefined);
      if (held && held.request.state !== "pending") return toResponse(held.request);
    }
    givenUp.add(requestId, ending);
    return unheard(this.#asked, ending, transport);
  }

  /** For others: `null` when they do not wait any more, or the store cannot be reached. */
  async watched(): Promise<ApprovalResponse | null> {
    const found = await this.#end();
    return "requestId" in found ? found : null;
  }

  async #end(): Promise<ApprovalResponse | Unheard> {
    const { transport, closed } = this.#host;
    const end = () => this.#ending.abort();
    const endings = [closed, this.#signal].filter((one) => one !== undefined);
    for (const one of endings) one.addEventListener("abort", end, { once: true });
    const stopListening = transport.onStatus((status) => {
      if (status === "closed") end();
    });
    if (endings.some((one) => one.aborted) || transport.status === "closed") end();
    try {
      for (;;) {
        const found = await this.#wait();
        if (found === "later") continue;
        if (found === "gone") return { state: "cancelled", reason: "the request is gone from the store" };
        if (found) return toResponse(found);
        if (this.#ending.signal.aborted) return { state: "cancelled", reason: this.#why() };
        if (!this.#isTooLate()) continue;
        return { state: "timeout", reason: "the store could not be reached when its time was over" };
      }
    } catch (error) {
      // Looking at a transport that was closed under it, if nothing worse.
      const why = transport.status === "closed" ? this.#why() : briefly((error as Error)?.message);
      return { state: "cancelled", reason: why };
    } finally {
      stopListening();
      for (const one of endings) one.removeEventListener("abort", end);
    }
  }

  async #wait(): Promise<StoredRequest | "gone" | "later" | undefined> {
    const { bell, clock } = this.#host.transport;
    this.#away = this.#away && clock.monotonic() >= this.#overAt;
    return waitFor<StoredRequest | "gone" | "later">({
      bell,
      topics: [approvalTopic],
      clock,
      timeoutMs: Math.max(this.#away ? retryMs : 1, this.#overAt - clock.monotonic()),
      signal: this.#ending.signal,
      look: async () => {
        const held = await this.#host.desk.look(this.#asked.request_id);
        this.#away = held === undefined;
        if (held === undefined) return undefined;
        if (held === null) return "gone";
        this.#host.audit.tellLast(held);
        if (held.request.state !== "pending") return held.request;
        // Its time may have begun anew, with others to ask.
        const over = clock.monotonic() + (held.leftMs ?? 0);
        if (over <= this.#overAt + 1) return undefined;
        this.#overAt = over;
        return "later";
      },
    });
  }

  /** False: the store's clock is a little behind, or it may yet answer. */
  #isTooLate(): boolean {
    if (!this.#away) return false;
    const { status, clock, operationTimeoutMs } = this.#host.transport;
    return status !== "available" || clock.monotonic() >= this.#overAt + operationTimeoutMs;
  }

  #why(): string {
    if (this.#signal?.aborted) return aborted(this.#signal);
    return this.#host.closed.aborted ? "the gate was closed" : "the transport was closed";
  }
}

/** Not approved, since nobody could be heard. */
export function unheard(
  asked: StoredRequest,
  { state, reason }: Unheard,
  { clock }: Transport,
): ApprovalResponse {
  return {
    requestId: asked.request_id,
    approved: false,
    responder: system,
    reason,
    respondedAt: new Date(clock.now()),
    state,
    context: asked.context,
    edited: false,
  };
}

export function aborted(signal: AbortSignal): string {
  const reason: unknown = signal.reason;
  const why = briefly(reason instanceof Error ? reason.message : reason);
  return why === "" ? "taken back" : `taken back: ${why}`;
}

/** Somebody else's text, so short that it fits into every record. */
function briefly(text: unknown): string {
  return typeof text === "string" ? text.slice(0, 256).toWellFormed() : "";
}
