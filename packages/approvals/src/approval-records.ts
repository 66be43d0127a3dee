/** The requests in the store. `undefined` as an answer: the store is away, which is not "there is none". */
import {
  Degradation,
  type DegradationOptions,
  type PutOutcome,
  type StoredRecord,
  type Transport,
} from "@attune/transport";
import { fromText, type StoredRequest, toText } from "./stored-request.ts";

const bucket = "approval";

/** Rings with every request and every transition. */
export const approvalTopic = `records:${bucket}` as const;

const perPage = 1000;

/** A request with what the store says of it. */
export interface HeldRequest {
  readonly request: StoredRequest;
  readonly version: number;
  /** Milliseconds until its time is over, by the store's clock; `null`: it is decided. */
  readonly leftMs: number | null;
  /** Milliseconds since its last transition, by the store's clock. */
  readonly ageMs: number;
}

export type PutResult = "stored" | "conflict" | "unknown";

export class ApprovalRecords {
  readonly #transport: Transport;
  readonly #degradation: Degradation;
  /** Who looks for which requests in this turn. */
  #wanted: Map<string, ((held: HeldRequest | null | undefined) => void)[]> | undefined;

  constructor(transport: Transport, options: DegradationOptions) {
    this.#transport = transport;
    this.#degradation = new Degradation(transport, options);
  }

  /** On the condition that there is no such request. */
  create(request: StoredRequest, timeoutMs: number): Promise<PutResult> {
    return this.#put(request, timeoutMs, { absent: true });
  }

  /** On the condition that nobody has changed it. `leftMs`: until its time is over; `null`: it is decided. */
  replace(held: HeldRequest, request: StoredRequest, leftMs: number | null): Promise<PutResult> {
    return this.#put(request, leftMs, { version: held.version });
  }

  /** `null`: there is none. What is looked for in one turn is read together: a ring wakes everybody who waits. */
  get(requestId: string): Promise<HeldRequest | null | undefined> {
    return new Promise((resolve) => {
      if (!this.#wanted) {
        this.#wanted = new Map();
        queueMicrotask(() => void this.#read());
      }
      const looking = this.#wanted.get(requestId) ?? [];
      looking.push(resolve);
      this.#wanted.set(requestId, looking);
    });
  }

  /** All there are, decided ones included. */
  async list(): Promise<HeldRequest[] | undefined> {
    const found = new Map<string, HeldRequest>();
    for (let from: string | null = null; ; ) {
      const page = await this.#degradation.attempt(
        () => this.#transport.records.list({ bucket, from, count: perPage }),
        undefined,
      );
      if (!page) return undefined;
      for (const record of page.records) {
        const held = read(record);
        if (held) found.set(held.request.request_id, held);
      }
      if (page.next === null) return [...found.values()];
      from = page.next;
    }
  }

  async #read(): Promise<void> {
    const wanted = this.#wanted!;
    this.#wanted = undefined;
    const ids = [...wanted.keys()];
    for (let at = 0; at < ids.length; at += perPage) {
      const page = ids.slice(at, at + perPage);
      let records: (StoredRecord | null)[] | undefined;
      try {
        records = await this.#degradation.attempt(() => this.#transport.records.get(bucket, page), undefined);
      } catch {
        records = undefined; // closed: whoever looks hears of that in another way
      }
      page.forEach((id, index) => {
        const record = records?.[index];
        const held = record ? (read(record) ?? null) : record;
        for (const resolve of wanted.get(id)!) resolve(held);
      });
    }
  }

  async #put(
    request: StoredRequest,
    leftMs: number | null,
    condition: { readonly absent: true } | { readonly version: number },
  ): Promise<PutResult> {
    const outcome: PutOutcome | undefined = await this.#degradation.attempt(
      () =>
        this.#transport.records.put({
          bucket,
          key: request.request_id,
          value: toText(request),
          leaseMs: leftMs === null ? null : Math.max(1, Math.floor(leftMs)),
          keepMs: request.keep_ms,
          condition,
          announce: true,
        }),
      undefined,
    );
    if (!outcome) return "unknown";
    return outcome.stored ? "stored" : outcome.reason === "unknown" ? "unknown" : "conflict";
  }
}

function read({ value, version, leaseMs, ageMs }: StoredRecord): HeldRequest | undefined {
  const request = fromText(value);
  return request && { request, version, leftMs: leaseMs, ageMs };
}
