/** The requests for approval that wait for somebody, oldest first. */
import { ApprovalGate, type ApprovalRequest } from "@attune/approvals";
import type { Transport } from "@attune/transport";
import { approvalJson } from "@attune-tools/record-json";
import type { Parts } from "../protocol/messages.ts";
import type { ApprovalJson } from "../protocol/records.ts";
import type { Feed } from "./feed.ts";
import type { Latencies } from "./latencies.ts";
import { PacedReading } from "./paced-reading.ts";
import type { Section } from "./section.ts";

export interface LiveApprovalsOptions {
  readonly transport: Transport;
  readonly feed: Feed;
  readonly latencies: Latencies;
  /** Reading has failed for another reason than that the store is away. */
  readonly onFailure: (error: unknown) => void;
  readonly pace?: number | undefined;
}

/** The newest ones beyond these are not told. */
const mostTold = 1000;
/** A longer context a page fetches when somebody looks at it; in characters of JSON. So many of all of them are told. */
const longestContext = 16 * 1024;
const longestContexts = 2 * 1024 * 1024;

export class LiveApprovals implements Section {
  readonly #options: LiveApprovalsOptions;
  readonly #gate: ApprovalGate;
  readonly #reading: PacedReading;
  readonly #endings: (() => void)[];
  #pending: readonly ApprovalJson[] = [];
  #told = "";

  constructor(options: LiveApprovalsOptions) {
    this.#options = options;
    const { transport, feed, onFailure, pace = 1 } = options;
    this.#gate = new ApprovalGate({ transport });
    this.#reading = new PacedReading({
      transport,
      read: () => this.#read(),
      onFailure,
      intervalMs: 1000,
      idleIntervalMs: 2000,
      isWatched: () => feed.isRead,
      pace,
    });
    const bell = transport.bell.watch(["records:approval"], () => this.hurry());
    bell.ready.catch(() => {}); // without it news take a second
    this.#endings = [() => bell.close(), feed.onFirstReader(() => this.hurry())];
  }

  get pending(): readonly ApprovalJson[] {
    return this.#pending;
  }

  /** One was made or decided. */
  hurry(): void {
    this.#reading.hurry();
  }

  snapshot(): Parts {
    return { approvals: this.#pending };
  }

  async close(): Promise<void> {
    this.#reading.close();
    for (const end of this.#endings) end();
    await this.#gate.close();
  }

  async #read(): Promise<void> {
    const requests = await this.#options.latencies.measure(() => this.#gate.getPendingApprovals());
    if (this.#reading.closed) return;
    const told = requests.slice(0, mostTold);
    const text = told.map(stateOf).join();
    if (text === this.#told) return;
    this.#told = text;
    this.#pending = pushedApprovals(told);
    this.#options.feed.add({ approvals: this.#pending });
  }
}

/** Another one after each transition. */
function stateOf(request: ApprovalRequest): string {
  const { requestId, digest, approvals, escalated, expiresAt } = request;
  return `${requestId} ${digest} ${approvals.length} ${escalated} ${expiresAt.getTime()}`;
}

function pushedApprovals(requests: readonly ApprovalRequest[]): ApprovalJson[] {
  let characters = 0;
  return requests.map((request) => {
    const approval = approvalJson(request);
    const context = JSON.stringify(approval.context);
    characters += Math.min(context.length, longestContext);
    if (context.length <= longestContext && characters <= longestContexts) return approval;
    return { ...approval, context: null, context_bytes: Buffer.byteLength(context) };
  });
}
