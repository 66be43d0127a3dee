/** `POST /api/approvals/:id/approve` and `/reject`: whoever has the token decides, and the library says whether it counts. */
import type { RespondedApproval, ResponseRefusal } from "@attune/approvals";
import { approvalJson } from "@attune-tools/record-json";
import type { FastifyReply } from "fastify";
import { z } from "zod";
import { DashboardError } from "../dashboard-error.ts";
import { type RefusalCode, refusals } from "../refusals.ts";
import type { RouteContext, TypedServer } from "../routes.ts";
import { approvalStates, decisionSchema } from "../schemas/approval.ts";
import { nameParameter } from "../schemas/parameters.ts";
import { errorSchema, refusedWith } from "../schemas/refused-with.ts";
import type { StoreAccess } from "../store-access.ts";

const bodySchema = z.strictObject({
  reason: z
    .string()
    .refine((text) => Buffer.byteLength(text) <= 4096, "takes more than 4096 bytes")
    .default(""),
  responder: z
    .string()
    .trim()
    .normalize("NFC")
    .min(1)
    // Or one person could look like two: different responders count as different votes.
    .refine((text) => !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text), "has characters that cannot be seen")
    .refine((text) => Buffer.byteLength(text) <= 256, "takes more than 256 bytes")
    .optional()
    .describe("Who decides. Default: as the dashboard was started with (`--responder`)."),
  digest: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional()
    .describe("Of the request as it was shown: the decision counts for that and nothing else."),
});

const acceptedSchema = z.object({
  accepted: z.literal(true),
  request_id: z.string(),
  approved: z.boolean(),
  responder: z.string(),
  state: z.enum(approvalStates).describe("`pending`: more approvals are needed."),
});

const refusedSchema = z.object({
  accepted: z.literal(false),
  request_id: z.string(),
  refusal: z.enum(["decided", "self", "not-allowed", "voted", "digest", "digest-missing"]),
  state: z.enum(approvalStates),
  decision: decisionSchema.nullable().describe("Where it was decided before: by whom, and why."),
  ...errorSchema.shape,
});

type Refused = z.infer<typeof refusedSchema>;

const codes: Record<Exclude<ResponseRefusal, "not-found" | "unavailable">, RefusalCode> = {
  decided: "APPROVAL_DECIDED",
  self: "APPROVAL_SELF",
  "not-allowed": "APPROVAL_NOT_ALLOWED",
  voted: "APPROVAL_VOTED",
  digest: "APPROVAL_DIGEST",
  "digest-missing": "APPROVAL_DIGEST_MISSING",
};

export function addDecisionRoutes(server: TypedServer, { access, responder: standing }: RouteContext): void {
  for (const [path, approved] of [
    ["approve", true],
    ["reject", false],
  ] as const) {
    server.post(
      `/api/approvals/:id/${path}`,
      {
        schema: {
          tags: ["approvals"],
          summary: approved ? "Approve a request" : "Reject a request",
          params: z.object({ id: nameParameter }),
          body: bodySchema,
          response: {
            200: acceptedSchema,
            409: refusedSchema,
            ...refusedWith("READ_ONLY", "NOT_FOUND", "BODY_TOO_LARGE", "JSON_ONLY"),
          },
        },
      },
      async ({ params: { id }, body: { reason, responder = standing, digest } }, reply) => {
        const answer = { approved, responder, reason, ...(digest === undefined ? {} : { digest }) };
        if (!/^[\w-]{1,64}$/.test(id)) throw notFound();
        const outcome = await access.gate.respondToApproval(id, answer);
        if (outcome.accepted) {
          const state = outcome.state as z.infer<typeof acceptedSchema>["state"];
          return { accepted: true as const, request_id: id, approved, responder, state };
        }
        return (reply as FastifyReply).status(409).send(await refused(access, id, outcome)) as never;
      },
    );
  }
}

async function refused(
  { gate }: StoreAccess,
  id: string,
  { refusal, state }: RespondedApproval,
): Promise<Refused> {
  if (refusal === "not-found") throw notFound();
  if (refusal === null || refusal === "unavailable" || state === "unknown") {
    throw new DashboardError(
      "STORE_UNAVAILABLE",
      "The store does not answer: it is not known whether the decision counts. Look at the request once it is back.",
    );
  }
  const code = codes[refusal];
  return {
    accepted: false,
    request_id: id,
    refusal,
    state,
    decision: refusal === "decided" ? await decisionOf(gate, id) : null,
    error: { code, message: refusals[code].meaning },
  };
}

/** `null`: it is not known any more. */
async function decisionOf(gate: StoreAccess["gate"], id: string): Promise<Refused["decision"]> {
  const request = await gate.getApproval(id);
  if (!request || request.state === "pending") return null;
  return approvalJson(request, await gate.attach(id)).decision;
}

function notFound(): DashboardError {
  return new DashboardError("NOT_FOUND", "There is no such request for approval.");
}
