/** JSON payloads: what may be sent, checked before it is sent. */
import { AttuneError } from "./errors.ts";

/** A value that JSON carries unchanged. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

export interface PayloadLimits {
  /** Bytes of the JSON text in UTF-8. Default 1 MiB (1,048,576). */
  readonly maxPayloadBytes: number;
  /** Levels of nesting; a plain text or number has depth 0, `{a: 1}` depth 1. Default 100. */
  readonly maxPayloadDepth: number;
}

export const defaultPayloadLimits: PayloadLimits = { maxPayloadBytes: 1_048_576, maxPayloadDepth: 100 };

/**
 * Turns a value into JSON text, or throws: `ATTUNE_PAYLOAD_NOT_JSON` for what `JSON.stringify` would drop or alter
 * without a word (undefined, functions, symbols, NaN, infinities, BigInt, cycles, Dates, Maps, class instances),
 * `ATTUNE_PAYLOAD_TOO_DEEP`, `ATTUNE_PAYLOAD_TOO_LARGE`.
 */
export function encodeJson(value: unknown, limits: PayloadLimits): string {
  checkJson(value, limits.maxPayloadDepth);
  const text = JSON.stringify(value);
  // A UTF-16 unit takes at most 3 bytes in UTF-8: short texts need no counting.
  if (text.length * 3 > limits.maxPayloadBytes) {
    const bytes = Buffer.byteLength(text);
    if (bytes > limits.maxPayloadBytes) {
      throw new AttuneError(
        "ATTUNE_PAYLOAD_TOO_LARGE",
        `The payload takes ${bytes} bytes as JSON, more than the ${limits.maxPayloadBytes} allowed (maxPayloadBytes). Store the bulk elsewhere and send a reference.`,
        { details: { bytes, maxPayloadBytes: limits.maxPayloadBytes } },
      );
    }
  }
  return text;
}

/** The same without the text: throws `ATTUNE_PAYLOAD_NOT_JSON` or `ATTUNE_PAYLOAD_TOO_DEEP` for what is not JSON. */
export function checkJson(value: unknown, maxDepth: number = defaultPayloadLimits.maxPayloadDepth): void {
  check(value, 0, maxDepth, { path: [], ancestors: [] });
}

/** Where the check stands, filled only on the way down so that the common flat payload costs nothing. */
interface Trail {
  readonly path: (string | number)[];
  readonly ancestors: object[];
}

function check(value: unknown, depth: number, maxDepth: number, trail: Trail): void {
  switch (typeof value) {
    case "string":
    case "boolean":
      return;
    case "number":
      if (!Number.isFinite(value)) throw notJson(trail, `${value} is not a JSON number`);
      return;
    case "object":
      if (value === null) return;
      break;
    case "undefined":
      throw notJson(trail, "undefined is not JSON; leave the property out or use null");
    default:
      throw notJson(trail, `a ${typeof value} is not JSON`);
  }
  if (depth >= maxDepth) {
    // Only a cycle or a payload that is refused anyway gets here: the search for the cycle may cost.
    if (trail.ancestors.includes(value)) throw notJson(trail, "the value contains itself");
    throw new AttuneError(
      "ATTUNE_PAYLOAD_TOO_DEEP",
      `The payload is nested more than ${maxDepth} levels deep (maxPayloadDepth), at ${pathText(trail).slice(0, 200)}.`,
      { details: { maxPayloadDepth: maxDepth } },
    );
  }
  if (Array.isArray(value)) {
    trail.ancestors.push(value);
    for (let i = 0; i < value.length; i++) {
      const item: unknown = value[i];
      if (typeof item === "string") continue;
      trail.path.push(i);
      check(item, depth + 1, maxDepth, trail);
      trail.path.pop();
    }
    trail.ancestors.pop();
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null && !isPlainFromElsewhere(prototype)) {
    const name = (value as { constructor?: { name?: string } }).constructor?.name ?? "class instance";
    throw notJson(trail, `a ${name} does not survive JSON; convert it to plain values first`);
  }
  trail.ancestors.push(value);
  const record = value as Record<string, unknown>;
  for (const key of Object.keys(record)) {
    const item = record[key];
    if (typeof item === "string") continue;
    trail.path.push(key);
    check(item, depth + 1, maxDepth, trail);
    trail.path.pop();
  }
  if (typeof record.toJSON === "function")
    throw notJson(trail, "an object with toJSON() does not survive JSON");
  trail.ancestors.pop();
}

/** Plain objects of another realm (vm contexts, test runners) have another Object.prototype, itself without a parent. */
function isPlainFromElsewhere(prototype: unknown): boolean {
  return (
    typeof prototype === "object" &&
    prototype !== null &&
    Object.getPrototypeOf(prototype) === null &&
    Object.hasOwn(prototype, "hasOwnProperty")
  );
}

function notJson(trail: Trail, reason: string): AttuneError {
  const path = pathText(trail);
  return new AttuneError(
    "ATTUNE_PAYLOAD_NOT_JSON",
    `The payload cannot be sent as JSON: at ${path}, ${reason}.`,
    {
      details: { path },
    },
  );
}

function pathText({ path }: Trail): string {
  return `$${path.map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`)).join("")}`;
}
