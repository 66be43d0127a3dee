/** The compile-time half of the check that a payload is JSON. */
import type { JsonValue } from "@attune/transport";

/**
 * `T` where all of it survives JSON; `never` in the place of what does not (functions, bigint, symbols, undefined, and
 * with them Dates, Maps and other class instances). Properties may be optional: leave them out, do not set undefined.
 */
export type JsonCompatible<T> = unknown extends T
  ? T
  : // Known to be JSON already, and too deep to look through: JsonValue names itself.
    T extends JsonValue
    ? T
    : T extends bigint | symbol | undefined | ((...args: never[]) => unknown)
      ? never
      : { [Key in keyof T]: JsonCompatible<Exclude<T[Key], undefined>> };
