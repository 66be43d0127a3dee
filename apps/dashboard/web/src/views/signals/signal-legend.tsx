/** The types of signals and their colours; clicked ones are the only ones shown. */
import { colourOf } from "./signal-colours.ts";

export interface SignalLegendProps {
  readonly types: readonly { readonly type: string; readonly count: number }[];
  readonly chosen: ReadonlySet<string>;
  readonly onChange: (chosen: ReadonlySet<string>) => void;
}

/** More would fill the page; the others are found by search. */
const shown = 14;

export function SignalLegend({ types, chosen, onChange }: SignalLegendProps) {
  const listed = types.slice(0, shown);
  const rest = [...chosen].filter((type) => !listed.some((one) => one.type === type));
  const toggle = (type: string) => {
    const next = new Set(chosen);
    if (!next.delete(type)) next.add(type);
    onChange(next);
  };
  if (types.length === 0) return null;
  return (
    <fieldset className="legend">
      <legend className="visually-hidden">Types of signals</legend>
      {[...listed, ...rest.map((type) => ({ type, count: 0 }))].map(({ type, count }) => (
        <button
          key={type}
          type="button"
          className="chip"
          aria-pressed={chosen.has(type)}
          onClick={() => toggle(type)}
        >
          <TypeDot type={type} />
          <span className="cut" title={type}>
            {type}
          </span>
          <span className="chip-count">{count}</span>
        </button>
      ))}
      {types.length > shown ? <span className="muted">and {types.length - shown} more types</span> : null}
      {chosen.size > 0 ? (
        <button type="button" className="quiet" onClick={() => onChange(new Set())}>
          All types
        </button>
      ) : null}
    </fieldset>
  );
}

export function TypeDot({ type }: { readonly type: string | null }) {
  return <span className={`kind-dot kind-${colourOf(type)}`} aria-hidden="true" />;
}
