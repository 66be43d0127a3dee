/** A condition in the form that sinks work with: its field taken apart, its defaults filled in, its value checked. */
import { AttuneError } from "@attune/transport";
import type { Condition } from "../sink.ts";

export type Scalar = string | number | boolean | null;

/** `"source"`, or the way into the data: keys of objects and indices of lists, both as texts. */
export type Field = "source" | readonly string[];

/**
 * What each means, and what is meant where a row has nothing at the field:
 * - `=`, `in`: there is this very value. A list or an object is equal to nothing that can be asked for.
 * - `!=`: there is something (also `null`), and it is not this value.
 * - `<` and so on: there is a value of the same kind, number or text, in this relation. Texts by their code points.
 * - `contains`: there is a text, and this one is in it; upper and lower case differ.
 * - `exists`: there is something, also `null`.
 * Data that is no JSON has nothing at any field.
 */
export type Predicate =
  | { readonly field: Field; readonly is: "=" | "!="; readonly value: Scalar }
  | { readonly field: Field; readonly is: Comparison; readonly value: string | number }
  | { readonly field: Field; readonly is: "in"; readonly values: readonly (string | number)[] }
  | { readonly field: Field; readonly is: "contains"; readonly value: string }
  | { readonly field: Field; readonly is: "exists" };

export type Comparison = "<" | "<=" | ">" | ">=";

/** The most values of an `in`, and the deepest path: more is no question, but a mistake. */
const maxValues = 10_000;
const maxDepth = 100;

/** Throws `ATTUNE_ARGUMENT_INVALID`. */
export function toPredicate(condition: Condition): Predicate {
  if (typeof condition !== "object" || condition === null) throw invalid("a condition must be an object");
  const field = toField(condition.field);
  const { is = "=", value } = condition;
  switch (is) {
    case "=":
    case "!=":
      if (value !== null && !isText(value) && !isNumber(value) && typeof value !== "boolean") {
        throw invalid(`"${is}" needs a text, a number, true, false or null as its value`);
      }
      return { field, is, value };
    case "<":
    case "<=":
    case ">":
    case ">=":
      if (!isText(value) && !isNumber(value)) throw invalid(`"${is}" needs a text or a number as its value`);
      return { field, is, value };
    case "in":
      if (
        !Array.isArray(value) ||
        value.length > maxValues ||
        !value.every((one) => isText(one) || isNumber(one))
      ) {
        throw invalid(`"in" needs a list of at most ${maxValues} texts and numbers as its value`);
      }
      return { field, is, values: value };
    case "contains":
      if (!isText(value) || value === "") throw invalid('"contains" needs a non-empty text as its value');
      return { field, is, value };
    case "exists":
      if (value !== undefined) throw invalid('"exists" takes no value');
      return { field, is };
    default:
      throw invalid(`${JSON.stringify(is)} is none of =, !=, <, <=, >, >=, in, contains, exists`);
  }
}

function toField(field: unknown): Field {
  const parts: readonly unknown[] =
    typeof field === "string" ? field.split(".") : Array.isArray(field) ? field : [];
  const [root, ...path] = parts;
  if (root === "source" && path.length === 0) return "source";
  if (root === "data" && path.length <= maxDepth && path.every(isText)) return path as string[];
  throw invalid('its field must be "source", "data", "data.some.key", or such a list of texts');
}

/** Stores would replace a lone surrogate and see NUL as an end. */
function isText(value: unknown): value is string {
  return typeof value === "string" && value.isWellFormed();
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function invalid(reason: string): AttuneError {
  return new AttuneError("ATTUNE_ARGUMENT_INVALID", `This condition cannot be asked for: ${reason}.`, {
    details: { argument: "where" },
  });
}
