/** `ApprovalGate`: an agent asks, somebody decides, the first decision stands, and whatever goes wrong means "not approved". */
import {
  AttuneError,
  checkInteger,
  checkName,
  checkText,
  checkToken,
  type JsonValue,
  type Logger,
  maxTtlMs,
  randomToken,
  type Transport,
  TransportUse,
} from "@attune/transport";
import { ApprovalAudit } from "./approval-audit.ts";
import { ApprovalDesk, type RespondedApproval } from "./approval-desk.ts";
import {
  type ApprovalAnswer,
  type ApprovalGateOptions,
  type ApprovalToRequest,
  checkAnswer,
  checkObject,
  checkRequest,
  checkSignal,
  checkSize,
  invalid,
  type JsonContext,
  maxReasonBytes,
  type WaitForApprovalOptions,
  widestLimits,
} from "./approval-options.ts";
import { ApprovalRecords, type HeldRequest } from "./approval-records.ts";
import type { ApprovalRequest } from "./approval-request.ts";
import type { ApprovalResponse } from "./approval-response.ts";
import { approvalTransport, component } from "./approval-transport.ts";
import { ApprovalWait, aborted, unheard, type WaitHost } from "./approval-wait.ts";
import { GivenUp } from "./given-up.ts";
import { toRequest, toResponse, toStored } from "./stored-request.ts";

/** So many requests are read and put together when many are cleared. */
const perRound = 100;

interface Opened extends WaitHost {
  readonly records: ApprovalRecords;
  /** The user would rather have errors than empty lists. */
  readonly throws: boolean;
}

export class ApprovalGate implements AsyncDisposable {
  readonly #agentId: string | undefined;
  readonly #logger: Logger | undefined;
  readonly #keepMs: number;
  readonly #use: TransportUse<Opened>;
  /** Ends every wait. */
  readonly #closed = new AbortController();
  #closing: Promise<void> | undefined;

  /** Throws `ATTUNE_ARGUMENT_INVALID` for an option out of its bounds. */
  constructor(options: ApprovalGateOptions = {}) {
    checkObject("options", options);
    const { agentId, transport, logger, keepMs = 86_400_000 } = options;
    this.#agentId = agentId === undefined ? undefined : checkName("agentId", agentId);
    this.#logger = logger;
    this.#keepMs = checkInteger("keepMs", keepMs, 60_000, maxTtlMs);
    this.#use = new TransportUse({
      who: "This ApprovalGate",
      transport,
      on: (given) => this.#on(given),
    });
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
    checkObject("request", request);
    const signal = checkSignal(request.signal);
    // Now: what the caller does with his objects while a default transport is being opened changes nothing.
    const checked = checkRequest(request, agentId, this.#use.opened?.transport.limits ?? widestLimits);
    return this.#run(async (opened) => {
      const { transport, desk, givenUp } = opened;
      const stored = toStored(checked, {
        requestId: checked.requestId ?? randomToken(),
        askId: randomToken(),
        agentId,
        now: transport.clock.now(),
        keepMs: this.#keepMs,
      });
      checkSize(stored, transport.limits);
      const refused = (reason: string) => unheard(stored, { state: "cancelled", reason }, transport);
      if (signal?.aborted) return refused(aborted(signal));
      if (this.#closing) return refused("the gate was closed");
      givenUp.forget(stored.request_id);
      const sent = transport.status === "available";
      const held = await desk.ask(stored, checked.timeoutMs);
      if (held === undefined) {
        const why = "the store could not be reached";
        // It may be there all the same.
        if (sent) givenUp.add(stored.request_id, { endId: randomToken(), state: "cancelled", reason: why });
        return refused(why);
      }
      if (held.request.asked_as !== stored.asked_as) {
        const id = JSON.stringify(stored.request_id);
        throw invalid("requestId", `requestId ${id} is that of another request.`);
      }
      return new ApprovalWait(opened, held, signal).decision();
    });
  }

  /**
   * Waits for the decision of a request that was made before, by this process or another: after a crash, say. Its time goes
   * on as it was. Resolves as `requestApproval` does if this gate's agent is the one that asks.
   *
   * A gate of somebody else only watches: what ends its waiting leaves the request as it is, and gives `null`. Also `null`:
   * there is no such request, or the store cannot be reached.
   */
  async attach(requestId: string, options: WaitForApprovalOptions = {}): Promise<ApprovalResponse | null> {
    checkToken("requestId", requestId);
    checkObject("options", options);
    const signal = checkSignal(options.signal);
    return this.#run(async (opened) => {
      const held = await this.#look(opened, requestId);
      if (!held) return null;
      opened.audit.tellLast(held);
      if (held.request.state !== "pending") return toResponse(held.request);
      const wait = new ApprovalWait(opened, held, signal);
      return held.request.agent_id === this.#agentId ? wait.decision() : wait.watched();
    });
  }

  /** A request, decided or not; `null`: there is none, it was forgotten, or the store is away. */
  async getApproval(requestId: string): Promise<ApprovalRequest | null> {
    checkToken("requestId", requestId);
    return this.#run(async (opened) => {
      const held = await this.#look(opened, requestId);
      return held ? toRequest(held.request) : null;
    });
  }

  /** What waits for a decision, oldest first. Empty while the store is away. */
  async getPendingApprovals(options: { readonly approvalType?: string } = {}): Promise<ApprovalRequest[]> {
    checkObject("options", options);
    const { approvalType } = options;
    if (approvalType !== undefined) checkName("approvalType", approvalType);
    return this.#run(async (opened) => {
      const listed = (await this.#list(opened)).filter(
        ({ request }) => approvalType === undefined || request.approval_type === approvalType,
      );
      // Whose requester is gone: those it is escalated to are asked all the same.
      const due = listed.filter((held) => isOverdue(held) && held.request.on_timeout === "escalate");
      const escalated = await this.#lookAtAll(opened, due);
      return [...listed, ...escalated]
        .filter((held) => held.request.state === "pending" && !isOverdue(held))
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
    const checked = checkAnswer(answer, this.#use.opened?.transport.limits ?? widestLimits);
    return this.#run(({ desk }) => desk.respond(requestId, checked));
  }

  /** Takes a request back. Answers whether it was pending until then. */
  async cancelApproval(requestId: string, reason = "its requester has taken it back"): Promise<boolean> {
    checkToken("requestId", requestId);
    checkText("reason", reason, { maxBytes: maxReasonBytes });
    return this.#run(async (opened) => {
      const endId = randomToken();
      const held = await opened.desk.end(requestId, { endId, state: "cancelled", reason });
      if (held === undefined) throwIfWanted(opened);
      return held?.request.decision?.vote_id === endId;
    });
  }

  /** Gives those requests their end whose time is over and whose requesters are gone. Answers how many. */
  async clearExpiredRequests(): Promise<number> {
    return this.#run(async (opened) => {
      const after = await this.#lookAtAll(opened, (await this.#list(opened)).filter(isOverdue));
      return after.filter(({ request }) => request.state !== "pending").length;
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
    this.#use.end();
    this.#closed.abort();
    await this.#use.settled();
    await this.#use.opened?.givenUp.close();
    await this.#use.opened?.audit.close();
  }

  /** What has lost its transport can ask nobody any more. */
  #run<T>(work: (opened: Opened) => Promise<T>): Promise<T> {
    return this.#use.run((opened) => {
      if (opened.transport.status !== "closed") return work(opened);
      const message = "The transport of this ApprovalGate is closed.";
      return Promise.reject(new AttuneError("ATTUNE_TRANSPORT_CLOSED", message));
    });
  }

  #on(given: Transport): Opened {
    const logger = this.#logger ?? given.logger;
    const transport = approvalTransport(given);
    const records = new ApprovalRecords(transport, { component, logger });
    const audit = new ApprovalAudit(transport, logger);
    const desk = new ApprovalDesk(transport, records, audit);
    const givenUp = new GivenUp(transport, desk);
    const throws = given.onUnavailable === "throw";
    return { transport, records, audit, desk, givenUp, throws, closed: this.#closed.signal };
  }

  async #look(opened: Opened, requestId: string): Promise<HeldRequest | null> {
    const held = await opened.desk.look(requestId);
    if (held === undefined) throwIfWanted(opened);
    return held ?? null;
  }

  async #list(opened: Opened): Promise<HeldRequest[]> {
    const all = await opened.records.list();
    if (all === undefined) throwIfWanted(opened);
    return all ?? [];
  }

  /** What they are now, of those that could be read. */
  async #lookAtAll({ desk }: Opened, requests: readonly HeldRequest[]): Promise<HeldRequest[]> {
    const found: HeldRequest[] = [];
    for (let at = 0; at < requests.length; at += perRound) {
      const round = requests.slice(at, at + perRound);
      const after = await Promise.all(round.map(({ request }) => desk.look(request.request_id)));
      for (const held of after) if (held) found.push(held);
    }
    return found;
  }
}

function isOverdue({ request, leftMs }: HeldRequest): boolean {
  return request.state === "pending" && (leftMs ?? 0) <= 0;
}

function throwIfWanted({ throws, transport }: Opened): void {
  if (!throws) return;
  throw new AttuneError(
    "ATTUNE_TRANSPORT_UNAVAILABLE",
    `The store at ${transport.location} could not be reached.`,
  );
}
