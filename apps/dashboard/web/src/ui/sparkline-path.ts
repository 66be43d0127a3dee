/** A row of numbers as the path of a line, and of the area below it. */

export interface SparklinePath {
  readonly line: string;
  readonly area: string;
  readonly min: number;
  readonly max: number;
  /** Where the last one is. */
  readonly end: { readonly x: number; readonly y: number };
}

export interface SparklineBox {
  readonly width: number;
  readonly height: number;
  /** What lies at the bottom and at the top; left out: the least and the greatest of them. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** So that half of a line's width is not cut off. */
const inset = 2;

/** `undefined`: there is nothing to draw. One number alone is a level line. */
export function sparklinePath(values: readonly number[], box: SparklineBox): SparklinePath | undefined {
  if (values.length === 0) return undefined;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  const from = box.from ?? min;
  const to = box.to ?? max;
  const height = box.height - 2 * inset;
  const y = (value: number) => {
    const share = to > from ? (value - from) / (to - from) : 0.5;
    return round(inset + height * (1 - Math.max(0, Math.min(1, share))));
  };
  const row = values.length === 1 ? [values[0]!, values[0]!] : values;
  const points = row.map((value, at) => ({ x: round((box.width * at) / (row.length - 1)), y: y(value) }));
  const line = points.map((point, at) => `${at === 0 ? "M" : "L"}${point.x} ${point.y}`).join("");
  return { line, area: `${line}V${box.height}H0Z`, min, max, end: points.at(-1)! };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
