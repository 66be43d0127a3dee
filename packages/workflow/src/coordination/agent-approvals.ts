/** The approvals that a workflow's agent asks for, there once somebody does. */
import { ApprovalGate, type ApprovalResponse, type ApprovalToRequest } from "@attune/approvals";
import type { OpenedStore, WorkflowStore } from "../workflow-store.ts";

/** Without a `signal`: it is taken back when the stage has to stop, or is over. */
export type ApprovalOfStage = Omit<ApprovalToRequest<unknown>, "context"> & {
  /** What is to be approved: any JSON value. */
  readonly context: unknown;
};

export class AgentApprovals {
  readonly #store: WorkflowStore;
  readonly #agentId: string;
  #opened: { readonly store: OpenedStore; readonly gate: ApprovalGate } | undefined;

  constructor(store: WorkflowStore, agentId: string) {
    this.#store = store;
    this.#agentId = agentId;
  }

  /** Never approved where the store cannot be opened, or is away. */
  async request(request: ApprovalOfStage): Promise<ApprovalResponse> {
    const store = await this.#store.open();
    if (!store) return notApproved(request, "the store could not be opened");
    return this.#gate(store).requestApproval(request as ApprovalToRequest);
  }

  async close(): Promise<void> {
    await this.#opened?.gate.close();
  }

  #gate(store: OpenedStore): ApprovalGate {
    if (this.#opened?.store !== store) {
      const { background: transport, logger } = store;
      this.#opened = { store, gate: new ApprovalGate({ transport, logger, agentId: this.#agentId }) };
    }
    return this.#opened.gate;
  }
}

/** Whoever asks is gone, or nobody can be asked. */
export function notApproved({ requestId = "", context }: ApprovalOfStage, reason: string): ApprovalResponse {
  return {
    requestId,
    approved: false,
    responder: "system",
    reason,
    respondedAt: new Date(),
    state: "cancelled",
    context: context as ApprovalResponse["context"],
    edited: false,
  };
}
