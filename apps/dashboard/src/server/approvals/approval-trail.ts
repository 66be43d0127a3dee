/** What the audit tells of a request: its own steps, and the last request before it that it can be compared with. */
import type { StreamEvent } from "@attune/streams";
import type { Transport } from "@attune/transport";
import type { z } from "zod";
import { MergedHistory } from "../history/merged-history.ts";
import { searchBounds } from "../history/search-history.ts";
import type { previousSchema } from "../schemas/approval.ts";
import type { StoreAccess } from "../store-access.ts";
import { type AuditEntry, auditEntry, auditType } from "./audit-entry.ts";

export interface ApprovalTrail {
  /** Newest first. */
  readonly own: readonly AuditEntry[];
  readonly previous: z.infer<typeof previousSchema> | null;
}

/** Looks back no further than one request may. */
export function approvalTrail(
  { transport, searches }: Pick<StoreAccess, "transport" | "searches">,
  requestId: string,
): Promise<ApprovalTrail> {
  return searches.run(() => readTrail(transport, requestId));
}

async function readTrail(transport: Transport, requestId: string): Promise<ApprovalTrail> {
  const trail = new TrailReading(requestId);
  const history = await MergedHistory.open(transport, { types: [auditType], newestFirst: true });
  const endsAt = transport.clock.monotonic() + searchBounds.ms;
  let bytes = 0;
  for (let events = 0; events < searchBounds.events; events++) {
    const event = await history.next();
    if (!event || trail.see(event)) break;
    bytes += event.rawData.length;
    if (bytes > searchBounds.bytes || transport.clock.monotonic() > endsAt) break;
  }
  return trail.found;
}

class TrailReading {
  readonly #requestId: string;
  readonly #own: AuditEntry[] = [];
  /** The last step of each other request. */
  readonly #latest = new Map<string, AuditEntry>();
  #sameType: AuditEntry | undefined;
  #sameAgent: AuditEntry | undefined;

  constructor(requestId: string) {
    this.#requestId = requestId;
  }

  get found(): ApprovalTrail {
    const asked = this.#sameAgent ?? this.#sameType;
    if (!asked) return { own: this.#own, previous: null };
    const { request_id, agent_id, state, responder, reason, digest, context } =
      this.#latest.get(asked.request_id) ?? asked;
    const previous = {
      request_id,
      agent_id,
      requested_at: asked.at,
      state,
      responder,
      reason,
      digest,
      context,
    };
    return { own: this.#own, previous };
  }

  /** Answers whether everything is found. */
  see(event: StreamEvent): boolean {
    const entry = auditEntry(event);
    if (!entry) return false;
    const last = this.#own.at(-1);
    const asked = last?.transition === "requested";
    if (entry.request_id === this.#requestId && !asked) {
      this.#own.push(entry);
      return false;
    }
    if (!this.#latest.has(entry.request_id)) this.#latest.set(entry.request_id, entry);
    // What was requested after it is newer than its own request.
    if (!asked || entry.transition !== "requested" || entry.approval_type !== last.approval_type)
      return false;
    this.#sameType ??= entry;
    if (entry.agent_id !== last.agent_id) return false;
    this.#sameAgent = entry;
    return true;
  }
}
