/**
 * What the steps of a defined workflow really take and give. TypeScript infers the inputs of functions from the step before; it is
 * looked at here, afterwards, whether each step fits the one before it, so that a wrong annotation is found and a right one never is.
 */
import type { JsonCompatible } from "@attune/streams";
import type { StandardSchemaV1 } from "@standard-schema/spec";

/** What a step gives: what its schema makes, else what it returns; of a group an object of that. */
type Gives<Step> = Step extends { readonly validate: StandardSchemaV1<infer _, infer Output> }
  ? Output
  : Step extends { readonly run: (...args: never[]) => infer Returned }
    ? Awaited<Returned> extends { readonly output: infer Output }
      ? Output
      : never
    : Step extends { readonly parallel: string; readonly stages: infer Members }
      ? { readonly [Name in keyof Members]: Gives<Members[Name]> }
      : never;

/** What a step takes; of a group what all of its stages take. */
type Takes<Step> = Step extends { readonly run: (input: infer Input, ...rest: never[]) => unknown }
  ? Input
  : Step extends { readonly parallel: string; readonly stages: infer Members }
    ? AllOf<{ readonly [Name in keyof Members]: (input: Takes<Members[Name]>) => void }[keyof Members]>
    : never;

type AllOf<Taking> = Taking extends (input: infer _) => void
  ? ((taking: Taking) => void) extends (taking: (input: infer Input) => void) => void
    ? Input
    : never
  : never;

type WrongStep<Step> = [Gives<Step>] extends [JsonCompatible<Gives<Step>>]
  ? Step extends { readonly parallel: string; readonly stages: infer Members }
    ? { readonly [Name in keyof Members]: WrongStep<Members[Name]> }[keyof Members]
    : Step extends { readonly skip: (...args: never[]) => unknown }
      ? [Takes<Step>] extends [Gives<Step>]
        ? never
        : [
            "a stage that may be left out gives something else than it takes:",
            Gives<Step>,
            "not",
            Takes<Step>,
          ]
      : never
  : ["the output of a stage does not survive JSON:", Gives<Step>];

type Wrong<Steps extends readonly unknown[]> = Steps extends readonly [infer First, ...infer Rest]
  ? [WrongStep<First>] extends [never]
    ? Rest extends readonly [infer Next, ...infer _]
      ? [Gives<First>] extends [Takes<Next>]
        ? Wrong<Rest>
        : ["a stage takes something else than the one before gives:", Takes<Next>, "not", Gives<First>]
      : never
    : WrongStep<First>
  : never;

/** Nothing, or what is wrong. */
export type Sound<Steps extends readonly unknown[]> = [Wrong<Steps>] extends [never]
  ? unknown
  : { readonly wrong: Wrong<Steps> };

/** What the last step gives. */
export type OutputOf<Steps extends readonly unknown[]> = Steps extends readonly [...unknown[], infer Last]
  ? Gives<Last>
  : never;
