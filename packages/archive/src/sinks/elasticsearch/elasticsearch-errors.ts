/** What an error of Elasticsearch, or of the way there, means to an archive. */
import { AttuneError } from "@attune/transport";
import { sinkRefused, sinkUnavailable } from "../../sink-errors.ts";
import type { BulkItem } from "./elasticsearch-client.ts";

/** Statuses that stay as they are until somebody mends something: a request it does not take, rights, an index that is not there. */
const lasting = new Set([400, 401, 403, 404, 405, 413]);

/** An index that takes nothing, mostly because the disk is nearly full. Old servers answer with 403. */
const blocked = "cluster_block_exception";

/** `what`: what was tried, as "Elasticsearch did not take the batch". */
export function toSinkError(what: string, error: unknown): AttuneError {
  if (error instanceof AttuneError) return error;
  const text = `${what}: ${(error as Error).message}`;
  return isLasting(statusOf(error), typeOf(error)) || isUntrusted(error)
    ? sinkRefused(text, error)
    : sinkUnavailable(text, error);
}

/** Of one row of a batch that is neither stored nor refused for what it is. */
export function itemError({ status, error }: BulkItem): AttuneError {
  const text = `Elasticsearch did not take a row: ${reasonOf(error) ?? "without a reason"} (${status})`;
  return isLasting(status, error?.type) ? sinkRefused(text) : sinkUnavailable(text);
}

export function reasonOf(error: BulkItem["error"]): string | undefined {
  const parts = [error?.type, error?.reason, error?.caused_by?.reason].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(": ");
}

/** The status of an answer; `undefined` where there was none. */
export function statusOf(error: unknown): number | undefined {
  const { statusCode } = error as { statusCode?: unknown };
  return typeof statusCode === "number" ? statusCode : undefined;
}

export function typeOf(error: unknown): string | undefined {
  const { body } = error as { body?: { error?: { type?: string } } };
  return body?.error?.type;
}

function isLasting(status: number | undefined, type: string | undefined): boolean {
  return status !== undefined && lasting.has(status) && type !== blocked;
}

function isUntrusted(error: unknown): boolean {
  return /self[- ]signed|certificate|unable to verify/i.test((error as Error).message);
}
