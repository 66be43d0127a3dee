/** Checks of arguments: each returns the value in its final form or throws a coded error before anything is sent. */
import { AttuneError } from "./errors.ts";

/** The longest event type or agent id, in bytes of UTF-8. */
export const maxNameBytes = 256;

/** A year: longer than any signal makes sense, and far from where numbers of milliseconds lose precision. */
export const maxTtlMs = 366 * 24 * 3_600_000;

export function checkEventType(value: unknown): string {
  if (typeof value !== "string" || value === "") {
    throw new AttuneError(
      "ATTUNE_EVENT_TYPE_INVALID",
      `An event type must be a non-empty text, not ${describe(value)}.`,
    );
  }
  // Only longer texts need their bytes counted: a UTF-16 unit takes at most 3.
  if (value.length * 3 > maxNameBytes && Buffer.byteLength(value) > maxNameBytes) {
    throw new AttuneError(
      "ATTUNE_EVENT_TYPE_INVALID",
      `An event type may take at most ${maxNameBytes} bytes in UTF-8; this one takes ${Buffer.byteLength(value)}.`,
    );
  }
  if (!value.isWellFormed()) {
    throw new AttuneError(
      "ATTUNE_EVENT_TYPE_INVALID",
      "An event type must be well-formed Unicode (lone surrogate).",
    );
  }
  return value;
}

/** A whole number within bounds, both inclusive. */
export function checkInteger(
  name: string,
  value: unknown,
  min: number,
  max: number = Number.MAX_SAFE_INTEGER,
): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < min || value > max) {
    const bounds = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
    throw new AttuneError(
      "ATTUNE_ARGUMENT_INVALID",
      `${name} must be a whole number ${bounds}, not ${describe(value)}.`,
      { details: { argument: name } },
    );
  }
  return value;
}

/** A number of milliseconds. `Infinity` is allowed where `max` is. */
export function checkDuration(name: string, value: unknown, min: number, max: number): number {
  if (typeof value !== "number" || Number.isNaN(value) || value < min || value > max) {
    throw new AttuneError(
      "ATTUNE_ARGUMENT_INVALID",
      `${name} must be a number of milliseconds from ${min} to ${max}, not ${describe(value)}.`,
      { details: { argument: name } },
    );
  }
  return value;
}

/** A text, possibly empty, of at most `maxBytes` in UTF-8. */
export function checkText(name: string, value: unknown, { min = 0, maxBytes = 1024 } = {}): string {
  if (
    typeof value !== "string" ||
    value.length < min ||
    Buffer.byteLength(value) > maxBytes ||
    // Stores would replace a lone surrogate, and so take two texts for one.
    !value.isWellFormed()
  ) {
    throw new AttuneError(
      "ATTUNE_ARGUMENT_INVALID",
      `${name} must be a ${min > 0 ? "non-empty " : ""}well-formed text of at most ${maxBytes} bytes in UTF-8, not ${describe(value)}.`,
      { details: { argument: name } },
    );
  }
  return value;
}

/** The name of an agent, a signal type, a bucket: any non-empty text of at most 256 bytes in UTF-8. */
export function checkName(name: string, value: unknown): string {
  return checkText(name, value, { min: 1, maxBytes: maxNameBytes });
}

const tokenPattern = /^[A-Za-z0-9_-]{1,64}$/;

/** An id that a program made up: 1 to 64 of `A-Z a-z 0-9 _ -`. */
export function checkToken(name: string, value: unknown): string {
  if (typeof value === "string" && tokenPattern.test(value)) return value;
  throw new AttuneError(
    "ATTUNE_ARGUMENT_INVALID",
    `${name} must be 1 to 64 letters, digits, _ or -, not ${describe(value)}.`,
    { details: { argument: name } },
  );
}

/** A valid Date. */
export function checkDate(name: string, value: unknown): Date {
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) {
    throw new AttuneError(
      "ATTUNE_ARGUMENT_INVALID",
      `${name} must be a valid Date, not ${describe(value)}.`,
      {
        details: { argument: name },
      },
    );
  }
  return value;
}

/** One of a few texts. */
export function checkChoice<T extends string>(name: string, value: unknown, choices: readonly T[]): T {
  if (!choices.includes(value as T)) {
    throw new AttuneError(
      "ATTUNE_ARGUMENT_INVALID",
      `${name} must be one of ${choices.map((choice) => `"${choice}"`).join(", ")}, not ${describe(value)}.`,
      { details: { argument: name } },
    );
  }
  return value as T;
}

/** A value in a few words, safe to put into a message. */
export function describe(value: unknown): string {
  if (typeof value === "string") {
    return value === ""
      ? "an empty text"
      : JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  }
  if (typeof value === "bigint") return `${value}n`;
  if (value === null || typeof value !== "object") return String(value);
  if (Array.isArray(value)) return "an array";
  return value instanceof Date ? "an invalid Date" : "an object";
}
