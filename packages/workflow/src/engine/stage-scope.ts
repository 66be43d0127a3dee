/**
 * In which stage code runs: `this.sendSignal()` in a stage has to know of which run, since an instance may have several at
 * once, and of which workflow, since a stage may execute another one.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { StageContext } from "./stage-context.ts";

/** The stage that runs now, and the one in which that one's workflow was executed. */
interface Scope {
  readonly workflow: object;
  readonly context: StageContext;
  readonly outer: Scope | undefined;
}

const scopes = new AsyncLocalStorage<Scope>();

/** Runs the work of a stage. */
export function inStage<T>(workflow: object, context: StageContext, work: () => T): T {
  return scopes.run({ workflow, context, outer: livingScope() }, work);
}

/** Of the innermost stage of this workflow that the caller is in, ended ones included. */
export function contextOf(workflow: object): StageContext | undefined {
  let scope = scopes.getStore();
  while (scope && scope.workflow !== workflow) scope = scope.outer;
  return scope?.context;
}

/** The innermost one whose stage has not ended: a stage that starts the next run from a timer keeps nothing of its own. */
function livingScope(): Scope | undefined {
  let scope = scopes.getStore();
  while (scope?.context.over) scope = scope.outer;
  return scope;
}
