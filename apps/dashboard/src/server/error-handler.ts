/** What goes wrong, as JSON: `{ error: { code, message } }`. */
import { AttuneError, isStoreFailure } from "@attune/transport";
import type { FastifyError, FastifyInstance } from "fastify";
import { DashboardError } from "./dashboard-error.ts";

export function addErrorHandler(server: FastifyInstance): void {
  server.setErrorHandler((error: FastifyError | AttuneError | DashboardError, request, reply) => {
    const { status, code, message } = answerTo(error);
    if (status >= 500 && status !== 503) request.log.error(error);
    return reply.status(status).send({ error: { code, message } });
  });
}

function answerTo(error: FastifyError | AttuneError | DashboardError) {
  if (error instanceof DashboardError)
    return { status: error.statusCode, code: error.code, message: error.message };
  if (isStoreFailure(error)) return { status: 503, code: "STORE_UNAVAILABLE", message: error.message };
  if (error instanceof AttuneError) {
    const status = /_(INVALID|TOO_LARGE|TOO_DEEP|NOT_JSON)$/.test(error.code) ? 400 : 500;
    return { status, code: error.code, message: error.message };
  }
  const status = error.statusCode ?? 500;
  if (error.validation) return { status: 400, code: "REQUEST_INVALID", message: error.message };
  if (status >= 500)
    return { status, code: "INTERNAL", message: "Something went wrong in the dashboard; its log says what." };
  return { status, code: error.code, message: error.message };
}
