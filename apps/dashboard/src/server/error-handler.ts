/** What goes wrong, as JSON: `{ error: { code, message } }`. */
import { AttuneError, isStoreFailure, type Logger } from "@attune/transport";
import type { FastifyError, FastifyInstance, FastifyReply } from "fastify";
import { DashboardError } from "./dashboard-error.ts";
import { type RefusalCode, refusals } from "./refusals.ts";

type AnyError = FastifyError | AttuneError | DashboardError;

interface Answer {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

export function addErrorHandler(server: FastifyInstance, logger: Logger): void {
  server.setErrorHandler((error: AnyError, request, reply) => {
    const { status, code, message } = answerTo(error);
    if (code === "INTERNAL") {
      // Without the query: there may be a token in it.
      const path = JSON.stringify(request.url.split("?")[0]);
      logger.error(
        `attune: the dashboard failed at ${request.method} ${path}: ${error.stack}${causeOf(error)}`,
      );
    }
    if (status === 429 && !reply.hasHeader("retry-after")) reply.header("retry-after", "1");
    return reply.status(status).header("cache-control", "no-store").send({ error: { code, message } });
  });
}

/** Without the guard and its headers: nothing that could be routed was asked for. */
export function sendMalformed(reply: FastifyReply): FastifyReply {
  reply.header("x-content-type-options", "nosniff").header("cache-control", "no-store");
  const { status, meaning: message } = refusals.TARGET_INVALID;
  return reply.status(status).send({ error: { code: "TARGET_INVALID", message } });
}

const fastifyCodes: { readonly [code: string]: RefusalCode } = {
  FST_ERR_CTP_BODY_TOO_LARGE: "BODY_TOO_LARGE",
  FST_ERR_CTP_EMPTY_JSON_BODY: "BODY_INVALID",
  FST_ERR_CTP_INVALID_JSON_BODY: "BODY_INVALID",
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: "BODY_INVALID",
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "JSON_ONLY",
};

function answerTo(error: AnyError): Answer {
  if (error instanceof DashboardError)
    return { status: error.statusCode, code: error.code, message: error.message };
  if (isStoreFailure(error)) return answer("STORE_UNAVAILABLE", error.message);
  if (error instanceof AttuneError) {
    const isCallers = /_(INVALID|TOO_LARGE|TOO_DEEP|NOT_JSON)$/.test(error.code);
    return isCallers ? { status: 400, code: error.code, message: error.message } : internal();
  }
  if (error.validation) return answer("REQUEST_INVALID", error.message);
  const known = fastifyCodes[error.code];
  if (known) return answer(known, refusals[known].meaning);
  const status = error.statusCode ?? 500;
  if (status >= 500) return internal();
  // The parser of JSON tells of `__proto__` so.
  const code = error instanceof SyntaxError ? "BODY_INVALID" : "REQUEST_INVALID";
  return { ...answer(code, error.message), status };
}

function answer(code: RefusalCode, message: string): Answer {
  return { status: refusals[code].status, code, message };
}

function internal(): Answer {
  return answer("INTERNAL", refusals.INTERNAL.meaning);
}

function causeOf({ cause }: Error): string {
  return cause instanceof Error ? `\ncaused by ${cause.stack}` : "";
}
