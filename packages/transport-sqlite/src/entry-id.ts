/** An entry's id in its two numbers. */
export interface IdParts {
  readonly ms: number;
  readonly seq: number;
}

export function toId({ ms, seq }: IdParts): string {
  return `${ms}-${seq}`;
}

/** Numbers beyond 2^53 lose digits; they only come from outside, and are larger than any of ours with or without these. */
export function partsOf(id: string): IdParts {
  const dash = id.indexOf("-");
  return { ms: Number(id.slice(0, dash)), seq: Number(id.slice(dash + 1)) };
}

/** Negative when `a` comes first. */
export function compareParts(a: IdParts, b: IdParts): number {
  return a.ms - b.ms || a.seq - b.seq;
}
