/**
 * Publishes transitions on `approval_audit`: beside what is done, and once each, whoever tells of it. Whoever carries a
 * transition out tells of it, and so do who waits for it and who makes the next one, in case he has died: under one
 * idempotency key.
 */
import { EventStreamer } from "@attune/streams";
import { AttuneError, type JsonValue, type Logger, type Transport } from "@attune/transport";
import { approvalAudit } from "./approval-audit-event.ts";
import type { HeldRequest } from "./approval-records.ts";
import type { StoredRequest } from "./stored-request.ts";
import { type TransitionInRecord, transitionAt } from "./transitions-in-record.ts";

/** As many as anybody looks back over. */
const maxLength = 100_000;

/** Stores know an idempotency key again for two minutes. */
const tellableMs = 60_000;

/** So many are kept over an outage, and so many are known to be told. */
const maxKept = 10_000;

type Data = { readonly [key: string]: JsonValue };

export class ApprovalAudit {
  readonly #transport: Transport;
  readonly #streamer: EventStreamer;
  readonly #logger: Logger;
  readonly #underWay = new Set<Promise<void>>();
  readonly #told = new Set<string>();
  /** Not known to be published: told again once the store is there. */
  readonly #untold = new Map<string, Data>();
  /** What this turn tells, for one append. */
  #queue = new Map<string, Data>();
  #stopListening: (() => void) | undefined;

  constructor(transport: Transport, logger: Logger) {
    this.#transport = transport;
    this.#logger = logger;
    this.#streamer = new EventStreamer({ transport, logger, source: "approvals", maxLength });
  }

  /** Of the transition that made this version of the request's record. */
  tell(request: StoredRequest, version: number): void {
    const transition = transitionAt(request, version);
    if (!transition) return;
    const key = `${request.ask_id}:${version}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    if (this.#told.size > maxKept) this.#told.delete(this.#told.values().next().value!);
    this.#publish(key, toData(request, transition));
  }

  /** Of the last transition of a request, if it is young enough not to be doubled. */
  tellLast({ request, version, ageMs }: HeldRequest): void {
    if (ageMs < tellableMs) this.tell(request, version);
  }

  /** Once what was told is published, or is not to be published. Nothing is told again after an outage from then on. */
  async close(): Promise<void> {
    await Promise.all(this.#underWay);
    this.#stopListening?.();
    if (this.#untold.size > 0 && this.#transport.status !== "closed")
      this.#logger.error(
        `attune: ApprovalGate: ${this.#untold.size} transitions are not known to be in the audit.`,
      );
    this.#untold.clear();
  }

  #publish(key: string, data: Data): void {
    this.#queue.set(key, data);
    if (this.#queue.size > 1) return;
    const publishing = Promise.resolve().then(() => this.#append());
    this.#underWay.add(publishing);
    void publishing.then(() => this.#underWay.delete(publishing));
  }

  async #append(): Promise<void> {
    let events = [...this.#queue];
    this.#queue = new Map();
    try {
      // Twice: an answer may be lost while the store is there.
      for (let time = 0; time < 2 && events.length > 0; time++) events = await this.#appendOnce(events);
      for (const [key, data] of events) this.#keep(key, data);
    } catch (error) {
      if (error instanceof AttuneError && error.code === "ATTUNE_TRANSPORT_CLOSED") return;
      this.#logger.error(
        `attune: ApprovalGate: ${events.length} transitions are not in the audit: ${(error as Error).message}`,
      );
    }
  }

  /** Answers those that are not known to be there. */
  async #appendOnce(events: readonly (readonly [string, Data])[]): Promise<[string, Data][]> {
    const { eventType } = approvalAudit;
    const ids = await this.#streamer.publishEvents(
      events.map(([idempotencyKey, data]) => ({ eventType, idempotencyKey, data })),
    );
    return events.filter((_, at) => ids[at] === "").map(([key, data]) => [key, data]);
  }

  #keep(key: string, data: Data): void {
    this.#untold.set(key, data);
    if (this.#untold.size > maxKept) this.#untold.delete(this.#untold.keys().next().value!);
    this.#stopListening ??= this.#transport.onStatus((status) => {
      if (status !== "available") return;
      const untold = [...this.#untold];
      this.#untold.clear();
      for (const [oneKey, one] of untold) this.#publish(oneKey, one);
    });
  }
}

function toData(request: StoredRequest, { transition, state, ...by }: TransitionInRecord): Data {
  return {
    request_id: request.request_id,
    approval_type: request.approval_type,
    agent_id: request.agent_id,
    transition,
    state,
    ...by,
    digest: request.digest,
    context: request.context,
  };
}
