/** A small line of how something went, with the area below it. */
import { twoDigits } from "./number-text.ts";
import { sparklinePath } from "./sparkline-path.ts";
import "./sparkline.css";

export interface SparklineProps {
  /** Oldest first. */
  readonly values: readonly number[];
  /** What it is of, for those who cannot see it: "ratings of draft at cheap". */
  readonly label: string;
  /** How a value is written. Default: with at most two decimals. */
  readonly format?: (value: number) => string;
  /** In CSS pixels. Default 120 times 28. */
  readonly width?: number;
  readonly height?: number;
  /** What lies at the bottom and at the top. Default: the least and the greatest value. */
  readonly from?: number;
  readonly to?: number;
  /** Writes the least and the greatest value beside it. Default false. */
  readonly showsRange?: boolean;
  /** As wide as there is room. Default false. */
  readonly fills?: boolean;
}

export function Sparkline(props: SparklineProps) {
  const { values, label, format = twoDigits, width = 120, height = 28, from, to } = props;
  const { showsRange = false, fills = false } = props;
  const path = sparklinePath(values, { width, height, from, to });
  const last = values.at(-1);
  const told =
    path && last !== undefined
      ? `${label}: ${values.length} values, from ${format(path.min)} to ${format(path.max)}, at last ${format(last)}`
      : `${label}: nothing yet`;
  return (
    <span className={fills ? "sparkline fills" : "sparkline"}>
      <svg
        role="img"
        aria-label={told}
        width={fills ? "100%" : width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio={fills ? "none" : "xMidYMid"}
      >
        <title>{told}</title>
        {path ? (
          <>
            <path className="area" d={path.area} />
            <path className="line" d={path.line} vectorEffect="non-scaling-stroke" />
            {fills ? null : <circle className="end" cx={path.end.x - 2} cy={path.end.y} r={2} />}
          </>
        ) : null}
      </svg>
      {showsRange && path ? (
        <span className="range" aria-hidden="true">
          <span>{format(path.max)}</span>
          <span>{format(path.min)}</span>
        </span>
      ) : null}
    </span>
  );
}
