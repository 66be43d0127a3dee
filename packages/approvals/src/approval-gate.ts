/** `ApprovalGate`: an agent asks, somebody decides, the first decision stands, and whatever goes wrong means "not approved". */
import {
  AttuneError,
  checkInteger,
  checkName,
  checkToken,
  defaultTransport,
  type JsonValue,
  type Logger,
  maxTtlMs,
  randomToken,
  type Transport,
  transportWith,
  waitFor,
} from "@attune/transport";
import { ApprovalAudit } from "./approval-audit.ts";
import { ApprovalDesk, type RespondedApproval } from "./approval-desk.ts";
import {
  type ApprovalAnswer,
  type ApprovalGateOptions,
  type ApprovalToRequest,
  type CheckedRequest,
  checkAnswer,
  checkObject,
  checkRequest,
  checkSignal,
  invalid,
  type JsonContext,
  type WaitForApprovalOptions,
} from "./approval-options.ts";
import { ApprovalRecords, approvalTopic } from "./approval-records.ts";
import type { ApprovalRequest, FinalApprovalState } from "./approval-request.ts";
import { type ApprovalResponse, system } from "./approval-response.ts";
import { digestOf } from "./digest.ts";
import { type StoredRequest, toRequest, toResponse } from "./stored-request.ts";

const component = "ApprovalGate";

interface Opened {
  readonly transport: Transport;
  readonly records: ApprovalRecords;
  readonly desk: ApprovalDesk;
  readonly audit: ApprovalAudit;
}

export class ApprovalGate implements AsyncDisposable {
  readonly #agentId: string | undefined;
  readonly #logger: Logger | undefined;
  readonly #keepMs: number;
  #opened: Opened | undefined;
  /** Ends every wait. */
  readonly #closed = new AbortController();
  readonly #underWay = new Set<Promise<unknown>>();
  /** Requests that were given up while the store was away: they are taken back once it is there. */
  readonly #givenUp = new Map<string, string>();
  #stopListening: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  /** Throws `ATTUNE_ARGUMENT_INVALID` for an option out of its bounds. */
  constructor(options: ApprovalGateOptions = {}) {
    checkObject("options", options);
    const { agentId, transport, logger, keepMs = 86_400_000 } = options;
    this.#agentId = agentId === undefined ? undefined : checkName("agentId", agentId);
    this.#logger = logger;
    this.#keepMs = checkInteger("keepMs", keepMs, 1000, maxTtlMs);
    if (transport) this.#opened = this.#on(transport);
  }

  /**
   * Asks for approval, and waits until it is decided. Resolves with the decision, and with `approved: false` and a reason
   * whatever else happens: nobody decided in time, the store is away, `signal` aborted, the gate was closed.
   *
   * Rejects before anything is sent with `ATTUNE_ARGUMENT_INVALID` (an id that another request has included) and
   * `ATTUNE_PAYLOAD_…`, and with `ATTUNE_TRANSPORT_CLOSED` after `close()`.
   */
  async requestApproval<Context = JsonValue>(
    request: ApprovalToRequest<Context> & JsonContext<Context>,
  ): Promise<ApprovalResponse> {
    const agentId = this.#agentId;
    if (agentId === undefined)
      throw invalid("agentId", "Whoever asks for approval is an agent: give the gate an agentId.");
    const signal = checkSignal(request?.signal);
    return this.#run(async (opened) => {
      const { transport, records, audit } = opened;
      const checked = checkRequest(request, transport.limits);
      const stored = toStored(checked, agentId, transport.clock.now());
      if (signal?.aborted) return unheard(stored, "cancelled", aborted(signal), transport);
      const created = await records.create(stored, checked.timeoutMs);
      if (created === "stored") {
        audit.tell("requested", stored, 1);
      } else if (created === "conflict") {
        await this.#checkSame(opened, stored);
      } else {
        this.#giveUp(opened, stored.request_id, "the store could not be reached when it was asked for");
        return unheard(stored, "cancelled", "the store could not be reached", transport);
      }
      return this.#decision(opened, stored, checked.timeoutMs, signal);
    });
  }

  /**
   * Waits for the decision of a request that was made before, by this process or another: after a crash, say. Its time goes
   * on as it was. `null`: there is no such request, or the store cannot be reached.
   */
  async attach(requestId: string, { signal }: WaitForApprovalOptions = {}): Promise<ApprovalResponse | null> {
    checkToken("requestId", requestId);
    checkSignal(signal);
    return this.#run(async (opened) => {
      const held = await opened.desk.look(requestId);
      if (!held) return null;
      if (held.request.state !== "pending") return toResponse(held.request);
      return this.#decision(opened, held.request, held.leftMs ?? 0, signal);
    });
  }

  /** A request, decided or not; `null`: there is none, it was forgotten, or the store is away. */
  async getApproval(requestId: string): Promise<ApprovalRequest | null> {
    checkToken("requestId", requestId);
    return this.#run(async ({ desk }) => {
      const held = await desk.look(requestId);
      return held ? toRequest(held.request) : null;
    });
  }

  /** What waits for a decision, oldest first. Empty while the store is away. */
  async getPendingApprovals({
    approvalType,
  }: {
    readonly approvalType?: string;
  } = {}): Promise<ApprovalRequest[]> {
    if (approvalType !== undefined) checkName("approvalType", approvalType);
    return this.#run(async ({ records }) => {
      const all = (await records.list()) ?? [];
      return all
        .filter(({ request, leftMs }) => request.state === "pending" && (leftMs ?? 0) > 0)
        .filter(({ request }) => approvalType === undefined || request.approval_type === approvalType)
        .map(({ request }) => toRequest(request))
        .sort((one, other) => one.requestedAt.getTime() - other.requestedAt.getTime());
    });
  }

  /**
   * Decides a request, or adds an approval where several are needed. The first decision stands; what comes late, twice,
   * from somebody who may not, or for something else than is asked now is told so, and changes nothing.
   *
   * Rejects before anything is sent with `ATTUNE_ARGUMENT_INVALID` and `ATTUNE_PAYLOAD_…`.
   */
  async respondToApproval<Context = JsonValue>(
    requestId: string,
    answer: ApprovalAnswer<Context> & Partial<JsonContext<Context>>,
  ): Promise<RespondedApproval> {
    checkName("requestId", requestId);
    return this.#run(({ desk, transport }) => desk.respond(requestId, checkAnswer(answer, transport.limits)));
  }

  /** Takes a request back. Answers whether it was pending until then. */
  async cancelApproval(requestId: string, reason = "its requester has taken it back"): Promise<boolean> {
    checkToken("requestId", requestId);
    return this.#run(async ({ desk }) => {
      const held = await desk.cancel(requestId, reason);
      return held?.request.state === "cancelled" && held.request.decision?.reason === reason;
    });
  }

  /** Gives those requests their end whose time is over and whose requesters are gone. Answers how many. */
  async clearExpiredRequests(): Promise<number> {
    return this.#run(async ({ records, desk }) => {
      let cleared = 0;
      for (const { request, leftMs } of (await records.list()) ?? []) {
        if (request.state !== "pending" || (leftMs ?? 1) > 0) continue;
        const after = await desk.look(request.request_id);
        if (after && after.request.state !== "pending") cleared++;
      }
      return cleared;
    });
  }

  /**
   * Ends every wait: what is asked for is taken back, and not approved. Resolves when that is told. The transport stays open.
   * Safe to call twice.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#closed.abort();
    await Promise.allSettled(this.#underWay);
    await this.#opened?.audit.settled();
    this.#stopListening?.();
  }

  async #run<T>(work: (opened: Opened) => Promise<T>): Promise<T> {
    if (this.#closing) throw new AttuneError("ATTUNE_TRANSPORT_CLOSED", "This ApprovalGate is closed.");
    const running = this.#opened ? work(this.#opened) : this.#open().then(work);
    this.#underWay.add(running);
    try {
      return await running;
    } finally {
      this.#underWay.delete(running);
    }
  }

  async #open(): Promise<Opened> {
    const transport = await defaultTransport();
    this.#opened ??= this.#on(transport);
    return this.#opened;
  }

  #on(given: Transport): Opened {
    const logger = this.#logger ?? given.logger;
    // Whatever fails here means "not approved", and is told as such: nobody has to catch it.
    const transport =
      given.onUnavailable === "degrade" ? given : transportWith(given, { onUnavailable: "degrade" });
    const records = new ApprovalRecords(transport, { component, logger }, this.#keepMs);
    const audit = new ApprovalAudit(transport, logger);
    return { transport, records, audit, desk: new ApprovalDesk(transport, records, audit) };
  }

  /** An id that is there already is the same request asked for again, or a mistake. */
  async #checkSame({ records }: Opened, asked: StoredRequest): Promise<void> {
    const held = await records.get(asked.request_id);
    if (!held) return;
    const { request } = held;
    const same = request.agent_id === asked.agent_id && request.asked_digest === asked.asked_digest;
    if (!same)
      throw invalid("requestId", `requestId ${JSON.stringify(asked.request_id)} is that of another request.`);
  }

  /** Waits for the end of a request whose time is over in about `leftMs`. */
  async #decision(
    opened: Opened,
    asked: StoredRequest,
    leftMs: number,
    signal: AbortSignal | undefined,
  ): Promise<ApprovalResponse> {
    const { transport, desk } = opened;
    const { clock, bell, operationTimeoutMs } = transport;
    const requestId = asked.request_id;
    const ending = new AbortController();
    const end = () => ending.abort();
    const endings = [this.#closed.signal, signal].filter((one) => one !== undefined);
    for (const one of endings) one.addEventListener("abort", end, { once: true });
    if (endings.some((one) => one.aborted)) end();
    const stopListening = transport.onStatus((status) => {
      if (status === "closed") end();
    });
    let overAt = clock.monotonic() + leftMs;
    try {
      for (;;) {
        const found = await waitFor<StoredRequest | "gone" | "later">({
          bell,
          topics: [approvalTopic],
          clock,
          timeoutMs: Math.max(1, overAt - clock.monotonic()),
          signal: ending.signal,
          look: async () => {
            const held = await desk.look(requestId);
            if (held === undefined) return undefined;
            if (held === null) return "gone";
            if (held.request.state !== "pending") return held.request;
            // Its time may have begun anew, with others to ask.
            const over = clock.monotonic() + (held.leftMs ?? 0);
            if (over <= overAt + 1) return undefined;
            overAt = over;
            return "later";
          },
        });
        if (found === "later") continue;
        if (found === "gone")
          return unheard(asked, "cancelled", "the request is gone from the store", transport);
        if (found) return toResponse(found);
        if (ending.signal.aborted) {
          const why = signal?.aborted ? aborted(signal) : "the gate was closed";
          const held = transport.status === "closed" ? undefined : await desk.cancel(requestId, why);
          if (held && held.request.state !== "pending") return toResponse(held.request);
          this.#giveUp(opened, requestId, why);
          return unheard(asked, "cancelled", why, transport);
        }
        // The clock of this process is ahead of the store's, or the store is away.
        if (transport.status === "available" && clock.monotonic() < overAt + operationTimeoutMs) {
          overAt = Math.max(overAt, clock.monotonic() + 1);
          continue;
        }
        const why = "the store could not be reached when its time was over";
        this.#giveUp(opened, requestId, why);
        return unheard(asked, "timeout", why, transport);
      }
    } finally {
      stopListening();
      for (const one of endings) one.removeEventListener("abort", end);
    }
  }

  /** Nobody waits for it any more, which the store is to know as soon as it can be told. */
  #giveUp({ transport, desk }: Opened, requestId: string, reason: string): void {
    if (this.#closing || transport.status === "closed") return;
    this.#givenUp.set(requestId, reason);
    this.#stopListening ??= transport.onStatus((status) => {
      if (status !== "available") return;
      for (const [id, why] of this.#givenUp) {
        void desk.cancel(id, why).then(
          (held) => {
            if (held !== undefined) this.#givenUp.delete(id);
          },
          () => {}, // closed meanwhile: its time runs out by itself
        );
      }
    });
  }
}

function toStored(checked: CheckedRequest, agentId: string, now: number): StoredRequest {
  const digest = digestOf(checked.approvalType, checked.context);
  return {
    request_id: checked.requestId ?? randomToken(),
    approval_type: checked.approvalType,
    agent_id: agentId,
    context: checked.context,
    digest,
    asked_digest: digest,
    requested_at: new Date(now).toISOString(),
    expires_at: new Date(now + checked.timeoutMs).toISOString(),
    state: "pending",
    require_digest: checked.requireDigest,
    required_approvals: checked.requiredApprovals,
    votes: [],
    allowed_responders: checked.allowedResponders,
    on_timeout: checked.onTimeout,
    escalation: checked.escalation,
    escalated: false,
    decision: null,
  };
}

/** Not approved, since nobody could be heard. */
function unheard(
  asked: StoredRequest,
  state: FinalApprovalState,
  reason: string,
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

function aborted(signal: AbortSignal): string {
  const reason: unknown = signal.reason;
  return reason instanceof Error && reason.message !== "" ? `taken back: ${reason.message}` : "taken back";
}
