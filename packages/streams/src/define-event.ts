/** Typed event definitions: an event type with a schema for its data. */

import { AttuneError, checkEventType } from "@attune/transport";
import type { StandardSchemaV1 } from "@standard-schema/spec";

/** An event type whose data fits a schema. Made by `defineEvent`. */
export interface EventDefinition<
  Type extends string = string,
  Schema extends StandardSchemaV1 = StandardSchemaV1,
> {
  readonly eventType: Type;
  readonly schema: Schema;
}

/** What may be published under a definition. */
export type EventInput<Definition extends EventDefinition> = StandardSchemaV1.InferInput<
  Definition["schema"]
>;

/** What a consumer of a definition gets. */
export type EventData<Definition extends EventDefinition> = StandardSchemaV1.InferOutput<
  Definition["schema"]
>;

/**
 * Defines a typed event. Takes any Standard Schema (zod, valibot, arktype, …; https://standardschema.dev). Publishing
 * validates and sends what was passed in; consuming validates and delivers the schema's output.
 */
export function defineEvent<const Type extends string, Schema extends StandardSchemaV1>(
  eventType: Type,
  schema: Schema,
): EventDefinition<Type, Schema> {
  checkEventType(eventType);
  if (typeof schema?.["~standard"]?.validate !== "function") {
    throw new AttuneError(
      "ATTUNE_ARGUMENT_INVALID",
      "schema must be a Standard Schema, for example a zod schema.",
    );
  }
  return { eventType: eventType as Type, schema };
}

/** The schema's issues in one line: `progress: must be at most 1; agent_id: is missing`. */
export function describeIssues(issues: readonly StandardSchemaV1.Issue[]): string {
  return issues
    .slice(0, 5)
    .map(({ path, message }) => {
      const at = (path ?? []).map((part) => String(typeof part === "object" ? part.key : part)).join(".");
      return at === "" ? message : `${at}: ${message}`;
    })
    .join("; ");
}
