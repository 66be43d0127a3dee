/** A schema that is loaded when something is first checked against it. */
import type { StandardSchemaV1 } from "@standard-schema/spec";

/** A Standard Schema, as `lazySchema` makes one: what goes in, and what comes out. */
export interface LazySchema<Input, Output> extends StandardSchemaV1<Input, Output> {}

/**
 * For a definition whose name is needed far more often than its schema: `defineEvent("build", lazySchema(async () => (await
 * import("./build-schema.ts")).buildSchema))`. A library of schemas takes longer to load than all else that a small program needs.
 * What `load` rejects with, checking rejects with; the next check loads anew.
 */
export function lazySchema<Schema extends StandardSchemaV1>(
  load: () => Promise<Schema>,
): LazySchema<StandardSchemaV1.InferInput<Schema>, StandardSchemaV1.InferOutput<Schema>> {
  type Output = StandardSchemaV1.InferOutput<Schema>;
  let loaded: Schema | undefined;
  /** Checks that come meanwhile wait for the same. */
  let loading: Promise<Schema> | undefined;
  const check = (schema: Schema, value: unknown) =>
    schema["~standard"].validate(value) as ReturnType<
      StandardSchemaV1<unknown, Output>["~standard"]["validate"]
    >;
  const loadAndCheck = async (value: unknown) => {
    loading ??= load().finally(() => {
      loading = undefined;
    });
    loaded = await loading;
    return check(loaded, value);
  };
  return {
    "~standard": {
      version: 1,
      vendor: "attune",
      validate: (value) => (loaded === undefined ? loadAndCheck(value) : check(loaded, value)),
    },
  };
}
