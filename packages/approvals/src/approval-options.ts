/** What callers ask for, and the checks of that: each throws `ATTUNE_ARGUMENT_INVALID` before anything is sent. */
import type { JsonCompatible } from "@attune/streams";
import {
  AttuneError,
  checkChoice,
  checkInteger,
  checkName,
  checkText,
  checkToken,
  encodeJson,
  type JsonValue,
  type Logger,
  maxTtlMs,
  type PayloadLimits,
  type Transport,
} from "@attune/transport";
import type { TimeoutPolicy } from "./approval-request.ts";
import { system } from "./approval-response.ts";
import { type StoredRequest, toText } from "./stored-request.ts";

export const maxReasonBytes = 4096;

/** Until the transport's are known. */
export const widestLimits: PayloadLimits = { maxPayloadBytes: 512 * 1024 * 1024, maxPayloadDepth: 1000 };

/** So many bytes the clock, a cancellation or an escalation may add to a record. */
const roomForAnEnd = 2048;

export interface ApprovalGateOptions {
  /** Who asks: any non-empty text of at most 256 bytes in UTF-8. Not needed to list, watch and respond. */
  readonly agentId?: string;
  /** Default: one transport per process, opened on first use from ATTUNE_URL, else the embedded file. */
  readonly transport?: Transport;
  /** Default: the transport's. */
  readonly logger?: Logger;
  /** How long this agent's requests can be read after they were decided, or their time was over. Default a day, from a minute to 366 days. */
  readonly keepMs?: number;
}

/** The compile-time half of the check that a context survives JSON. */
export interface JsonContext<Context> {
  /** What is to be approved: any JSON value. */
  readonly context: [Context] extends [JsonValue] ? Context : JsonCompatible<Context>;
}

export interface WaitForApprovalOptions {
  /** Ends the waiting, and takes the request back if it is this agent's. */
  readonly signal?: AbortSignal;
}

export interface ApprovalToRequest<Context = JsonValue> extends WaitForApprovalOptions {
  /** Any non-empty text of at most 256 bytes in UTF-8. */
  readonly approvalType: string;
  readonly context: Context;
  /** Without a decision for so long, by the store's clock, `onTimeout` decides. Default 300,000, from 10 to 366 days. */
  readonly timeoutMs?: number;
  /** 1 to 64 of `A-Z a-z 0-9 _ -`. Requesting the same again, after a crash say, attaches to it. Default: a random one. */
  readonly requestId?: string;
  /** So many different responders have to approve. Default 1, up to 100. */
  readonly requiredApprovals?: number;
  /** Who may respond. Default: anybody but the agent that asks. */
  readonly allowedResponders?: readonly string[];
  /** A response without the request's digest does not count. Default false: one with a wrong digest does not. */
  readonly requireDigest?: boolean;
  /** Default `"reject"`: the state is then `timeout`. */
  readonly onTimeout?: TimeoutPolicy;
  /** With `onTimeout: "escalate"`: who is asked then, in the place of the others. */
  readonly escalateTo?: readonly string[];
  /** How long those have. Default: `timeoutMs`. When it is over too, the state is `timeout`. */
  readonly escalationTimeoutMs?: number;
}

export interface ApprovalAnswer<Context = JsonValue> {
  readonly approved: boolean;
  /** Who decides: any non-empty text of at most 256 bytes in UTF-8, but "system". */
  readonly responder: string;
  /** At most 4096 bytes. Default "". */
  readonly reason?: string;
  /** Of the request as it was shown to the responder. One that is out of date does not count; none does not once it was edited. */
  readonly digest?: string;
  /** What is approved in the place of what was asked for. Approvals that others gave before do not count for it. */
  readonly context?: Context;
}

export interface CheckedRequest {
  readonly approvalType: string;
  /** A copy. */
  readonly context: JsonValue;
  readonly timeoutMs: number;
  readonly requestId: string | undefined;
  readonly requiredApprovals: number;
  readonly allowedResponders: readonly string[] | null;
  readonly requireDigest: boolean;
  readonly onTimeout: TimeoutPolicy;
  readonly escalation: { readonly responders: readonly string[]; readonly timeout_ms: number } | null;
}

export function checkRequest(
  request: ApprovalToRequest<unknown>,
  agentId: string,
  limits: PayloadLimits,
): CheckedRequest {
  const timeoutMs = checkInteger("timeoutMs", request.timeoutMs ?? 300_000, 10, maxTtlMs);
  const allowedResponders =
    request.allowedResponders === undefined
      ? null
      : checkNames("allowedResponders", request.allowedResponders);
  const onTimeout = checkChoice("onTimeout", request.onTimeout ?? "reject", [
    "reject",
    "approve",
    "escalate",
  ]);
  if ((onTimeout === "escalate") !== (request.escalateTo !== undefined)) {
    throw invalid("escalateTo", 'escalateTo says who is asked with onTimeout: "escalate", and only then.');
  }
  const requiredApprovals = checkInteger("requiredApprovals", request.requiredApprovals ?? 1, 1, 100);
  const escalation =
    request.escalateTo === undefined
      ? null
      : {
          responders: checkNames("escalateTo", request.escalateTo),
          timeout_ms: checkInteger(
            "escalationTimeoutMs",
            request.escalationTimeoutMs ?? timeoutMs,
            10,
            maxTtlMs,
          ),
        };
  for (const [name, responders] of [
    ["allowedResponders", allowedResponders],
    ["escalateTo", escalation?.responders ?? null],
  ] as const) {
    const others = responders?.filter((one) => one !== agentId);
    if (others && others.length < requiredApprovals) {
      throw invalid(
        name,
        `${name} names ${others.length} others than the agent itself, and ${requiredApprovals} have to approve.`,
      );
    }
  }
  return {
    approvalType: checkName("approvalType", request.approvalType),
    context: copyOf(request.context, limits),
    timeoutMs,
    requestId: request.requestId === undefined ? undefined : checkToken("requestId", request.requestId),
    requiredApprovals,
    allowedResponders,
    requireDigest: checkFlag("requireDigest", request.requireDigest ?? false),
    onTimeout,
    escalation,
  };
}

/** Whether the request, and every end that it can come to without a response, fits into a record. */
export function checkSize(request: StoredRequest, limits: PayloadLimits): void {
  encodeJson(request.context, limits);
  const bytes = Buffer.byteLength(toText(request)) + roomForAnEnd;
  if (bytes <= limits.maxPayloadBytes) return;
  throw new AttuneError(
    "ATTUNE_PAYLOAD_TOO_LARGE",
    `The request takes ${bytes} bytes with what is added when it is decided, more than the ${limits.maxPayloadBytes} allowed (maxPayloadBytes). Store the bulk elsewhere and ask about a reference.`,
    { details: { bytes, maxPayloadBytes: limits.maxPayloadBytes } },
  );
}

export interface CheckedAnswer {
  readonly approved: boolean;
  readonly responder: string;
  readonly reason: string;
  readonly digest: string | undefined;
  readonly context: JsonValue | undefined;
}

export function checkAnswer(answer: ApprovalAnswer<unknown>, limits: PayloadLimits): CheckedAnswer {
  checkObject("answer", answer);
  const { approved, responder, reason = "", digest, context } = answer;
  return {
    approved: checkFlag("approved", approved),
    responder: checkResponder("responder", responder),
    reason: checkText("reason", reason, { maxBytes: maxReasonBytes }),
    digest: digest === undefined ? undefined : checkText("digest", digest, { min: 1, maxBytes: 64 }),
    context: context === undefined ? undefined : copyOf(context, limits),
  };
}

export function checkSignal(signal: AbortSignal | undefined): AbortSignal | undefined {
  // Not instanceof: a signal of another realm, or of a polyfill, is as good.
  if (signal === undefined || typeof signal?.addEventListener === "function") return signal;
  throw invalid("signal", "signal must be an AbortSignal.");
}

export function checkObject(name: string, value: unknown): void {
  if (typeof value === "object" && value !== null) return;
  throw invalid(name, `${name} must be an object.`);
}

/** Where nobody has decided, it says "system": nobody is to pass for that. */
function checkResponder(name: string, value: unknown): string {
  if (value === system) throw invalid(name, `${name} must not be "${system}": that stands for nobody.`);
  return checkName(name, value);
}

function checkNames(name: string, names: readonly string[]): readonly string[] {
  if (!Array.isArray(names) || names.length === 0 || names.length > 1000) {
    throw invalid(name, `${name} must be an array of 1 to 1000 names.`);
  }
  const checked = Array.from(names, (one: unknown) => checkResponder(name, one));
  if (new Set(checked).size < checked.length) throw invalid(name, `${name} must name each once.`);
  return checked;
}

function checkFlag(name: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw invalid(name, `${name} must be true or false.`);
}

/** What the caller does with his object afterwards changes nothing here. */
function copyOf(context: unknown, limits: PayloadLimits): JsonValue {
  return JSON.parse(encodeJson(context, limits)) as JsonValue;
}

export function invalid(argument: string, message: string): AttuneError {
  return new AttuneError("ATTUNE_ARGUMENT_INVALID", message, { details: { argument } });
}
