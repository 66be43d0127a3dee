/** `GET /api/approvals`, `GET /api/approvals/:id`: what waits for a decision, and who decided what. */
import type { ApprovalRequest } from "@attune/approvals";
import { approvalJson, isoTime } from "@attune-tools/record-json";
import { z } from "zod";
import { approvalTrail } from "../approvals/approval-trail.ts";
import { type AuditEntry, auditEntry, auditType } from "../approvals/audit-entry.ts";
import { cursorParameter, fromCursor, nextCursor, toCursor } from "../cursor.ts";
import { DashboardError } from "../dashboard-error.ts";
import { searchBounds, searchHistory } from "../history/search-history.ts";
import type { RouteContext, TypedServer } from "../routes.ts";
import { approvalSchema, decidedSchema, previousSchema, transitionSchema } from "../schemas/approval.ts";
import { limitParameter, nameParameter } from "../schemas/parameters.ts";
import { refusedWith } from "../schemas/refused-with.ts";
import type { StoreAccess } from "../store-access.ts";

const tags = ["approvals"];
/** A page of requests takes no more than about this. */
const mostBytes = 8 * 1024 * 1024;

const querySchema = z.strictObject({
  state: z.enum(["pending", "decided"]).default("pending"),
  type: nameParameter.optional(),
  limit: limitParameter(100, 1000),
  cursor: cursorParameter,
});
type Query = z.output<typeof querySchema>;

/** As far as the audit knows, where the record is forgotten (a day after the decision, if its requester did not say otherwise). */
const detailSchema = z.object({
  ...approvalSchema.shape,
  required_approvals: z.number().nullable(),
  require_digest: z.boolean().nullable(),
  on_timeout: approvalSchema.shape.on_timeout.nullable(),
});

export function addApprovalRoutes(server: TypedServer, { access }: RouteContext): void {
  server.get(
    "/api/approvals",
    {
      schema: {
        tags,
        summary: "Requests for approval: pending ones, oldest first; or decisions, newest first",
        description: `Decisions are read from the events that tell of them, also once the requests are forgotten; one request looks through at most ${searchBounds.events} of them.`,
        querystring: querySchema,
        response: {
          200: z.object({
            approvals: z.array(approvalSchema).describe("With `state=pending`."),
            decided: z.array(decidedSchema).describe("With `state=decided`."),
            total: z.number().nullable().describe("Of pending ones, of all pages."),
            next_cursor: nextCursor,
            complete: z
              .boolean()
              .describe("False: looking was ended before the page was full; go on with the cursor."),
          }),
          ...refusedWith("CURSOR_INVALID"),
        },
      },
    },
    async ({ query }) =>
      query.state === "pending" ? pendingOnes(access, query) : decidedOnes(access, query),
  );
  server.get(
    "/api/approvals/:id",
    {
      schema: {
        tags,
        summary: "One request for approval, what became of it, and an earlier one to compare it with",
        params: z.object({ id: nameParameter }),
        response: {
          200: z.object({
            approval: detailSchema,
            transitions: z.array(transitionSchema).describe("Oldest first, as far as the audit tells."),
            previous: previousSchema
              .nullable()
              .describe("The last earlier request of the same type by the same agent; else by any agent."),
          }),
          ...refusedWith("NOT_FOUND"),
        },
      },
    },
    async ({ params: { id } }) => {
      const isId = /^[\w-]{1,64}$/.test(id);
      const [request, { own, previous }] = await Promise.all([
        isId ? access.gate.getApproval(id) : null,
        approvalTrail(access, id),
      ]);
      const transitions = own.toReversed().map(({ transition, state, responder, reason, digest, at }) => ({
        transition,
        state,
        responder,
        reason,
        digest,
        at,
      }));
      const approval = request ? await withDecision(access, request) : fromAudit(own);
      if (!approval) throw new DashboardError("NOT_FOUND", "There is no such request for approval.");
      return { approval, transitions, previous };
    },
  );
}

async function pendingOnes({ gate }: StoreAccess, { type, limit, cursor }: Query) {
  const question = ["pending", type];
  const after = fromCursor(cursor, question, z.tuple([z.number(), z.string()]));
  const all = await gate.getPendingApprovals(type === undefined ? {} : { approvalType: type });
  const placeOf = ({ requestedAt, requestId }: ApprovalRequest): [number, string] => [
    requestedAt.getTime(),
    requestId,
  ];
  const rest = all
    .filter((request) => !after || compare(placeOf(request), after) > 0)
    .sort((one, other) => compare(placeOf(one), placeOf(other)));
  const page: ApprovalRequest[] = [];
  let bytes = 0;
  for (const request of rest) {
    if (page.length === limit || bytes > mostBytes) break;
    page.push(request);
    bytes += JSON.stringify(request.context).length;
  }
  return {
    approvals: page.map((request) => approvalJson(request)),
    decided: [],
    total: all.length,
    next_cursor: rest.length > page.length ? toCursor(question, placeOf(page.at(-1)!)) : null,
    complete: true,
  };
}

function compare([one, oneId]: [number, string], [other, otherId]: [number, string]): number {
  return one - other || (oneId === otherId ? 0 : oneId < otherId ? -1 : 1);
}

async function decidedOnes(access: StoreAccess, { type, limit, cursor }: Query) {
  const { found, ...rest } = await searchHistory(access, {
    types: [auditType],
    newestFirst: true,
    limit,
    cursor,
    question: ["decided", type],
    find: (event) => {
      const entry = auditEntry(event);
      if (!entry || entry.state === "pending" || (type !== undefined && entry.approval_type !== type))
        return undefined;
      const { event_id, request_id, approval_type, agent_id, state, responder, reason, at, digest, context } =
        entry;
      const decided_at = isoTime(new Date(at));
      return {
        event_id,
        request_id,
        approval_type,
        agent_id,
        state,
        responder,
        reason,
        decided_at,
        digest,
        context,
      };
    },
  });
  return { approvals: [], decided: [...found], total: null, ...rest };
}

async function withDecision({ gate }: StoreAccess, request: ApprovalRequest) {
  const decision = request.state === "pending" ? null : await gate.attach(request.requestId);
  return approvalJson(request, decision);
}

/** Newest first. */
function fromAudit(entries: readonly AuditEntry[]): z.infer<typeof detailSchema> | undefined {
  const [last] = entries;
  if (!last) return undefined;
  const { request_id, approval_type, agent_id, state, digest, context } = last;
  const asked = entries.find(({ transition }) => transition === "requested");
  const votes = entries.filter(({ transition }) => transition === "voted").toReversed();
  return {
    request_id,
    approval_type,
    agent_id,
    state,
    requested_at: asked?.at ?? null,
    expires_at: null,
    required_approvals: null,
    approvals: votes.map(({ responder, reason, at }) => ({
      responder: responder ?? "",
      reason,
      voted_at: at,
    })),
    allowed_responders: null,
    require_digest: null,
    on_timeout: null,
    escalated: entries.some(({ transition }) => transition === "escalated"),
    decision:
      state === "pending"
        ? null
        : {
            approved: state === "approved",
            responder: last.responder ?? "system",
            reason: last.reason,
            responded_at: last.at,
          },
    digest,
    context,
  };
}
