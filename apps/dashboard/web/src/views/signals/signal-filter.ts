/** Which signals somebody wants to see. */
import type { SignalRecord } from "./signal-record.ts";

/** An agent, or the way from one to another (`target` null: its broadcasts), that was chosen in the picture. */
export type SignalFocus =
  | { readonly kind: "agent"; readonly agent: string }
  | { readonly kind: "edge"; readonly source: string; readonly target: string | null };

export interface SignalFilter {
  /** Empty: all. */
  readonly types: ReadonlySet<string>;
  readonly search: string;
  readonly focus: SignalFocus | null;
}

/** Newest first, at most `limit`. */
export function selectSignals(
  signals: readonly SignalRecord[],
  { types, search, focus }: SignalFilter,
  limit: number,
): SignalRecord[] {
  const text = search.trim().toLowerCase();
  const found: SignalRecord[] = [];
  for (let at = signals.length - 1; at >= 0 && found.length < limit; at--) {
    const signal = signals[at]!;
    if (types.size > 0 && (signal.type === null || !types.has(signal.type))) continue;
    if (text !== "" && !names(signal, text)) continue;
    if (focus && !concerns(signal, focus)) continue;
    found.push(signal);
  }
  return found;
}

export function concerns({ source, target }: SignalRecord, focus: SignalFocus): boolean {
  if (focus.kind === "agent") return source === focus.agent || target === focus.agent;
  return source === focus.source && target === focus.target;
}

function names({ source, target, type }: SignalRecord, text: string): boolean {
  return [source, target, type].some((name) => name?.toLowerCase().includes(text));
}
