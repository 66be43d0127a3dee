/** What is to change: as the context itself says it, or else against the request before this one. */
import { useMemo } from "react";
import { ReadableValue } from "../../ui/readable-value.tsx";
import type { PreviousRequest } from "./approval-answers.ts";
import { ChangesBetween, PatchView, pathText } from "./change-list.tsx";
import { toldChangesOf } from "./told-changes.ts";

export interface WhatChangedProps {
  readonly context: unknown;
  /** `undefined`: not known yet. */
  readonly previous: PreviousRequest | null | undefined;
}

export function WhatIsAsked({ context, previous }: WhatChangedProps) {
  const { pairs, diffs, rest } = useMemo(() => toldChangesOf(context), [context]);
  const tellsItself = pairs.length + diffs.length > 0;
  return (
    <>
      {tellsItself ? (
        <section className="part" aria-label="What changes">
          <h3>What changes</h3>
          {pairs.map(({ path, names: [before, after], ...values }) => (
            <div key={JSON.stringify([path, before])} className="told">
              {path.length > 0 ? <h4 className="mono">{pathText(path)}</h4> : null}
              <p className="muted">
                from “{before}” to “{after}”
              </p>
              <ChangesBetween before={values.before} after={values.after} />
            </div>
          ))}
          {diffs.map(({ path, text }) => (
            <div key={JSON.stringify(path)} className="told">
              <h4 className="mono">{pathText(path)}</h4>
              <PatchView patch={text} />
            </div>
          ))}
        </section>
      ) : null}
      {tellsItself || !previous ? null : (
        <section className="part" aria-label="What changed">
          <h3>What changed since the request before</h3>
          <p className="muted">
            of {new Date(previous.requested_at).toLocaleString()} by {previous.agent_id},{" "}
            {stateText(previous)}
          </p>
          <ChangesBetween before={previous.context} after={context} />
        </section>
      )}
      {rest === undefined ? null : (
        <section className="part" aria-label="Context">
          <h3>{tellsItself ? "What else it says" : "All that is asked"}</h3>
          <ReadableValue value={rest} />
        </section>
      )}
    </>
  );
}

function stateText({ state, responder }: PreviousRequest): string {
  if (state === "pending") return "still pending";
  if (state === "timeout") return "which nobody decided in time";
  return responder && responder !== "system" ? `${state} by ${responder}` : state;
}
