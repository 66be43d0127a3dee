/** From 0 to 1: the average, in which interval the true one lies, and the least and the greatest rating. */
import type { StageJson } from "../../../../src/protocol/records.ts";
import { twoDigits } from "../../ui/number-text.ts";
import { gradeOf } from "./grade.ts";

export interface IntervalBarProps {
  readonly stage: StageJson;
  readonly threshold: number;
}

const width = 200;
const height = 18;
const middle = height / 2;

export function IntervalBar({ stage, threshold }: IntervalBarProps) {
  const { average_quality, min_quality, max_quality, interval } = stage;
  const [lowest, highest] = interval;
  const x = (value: number) => 3 + (width - 6) * Math.max(0, Math.min(1, value));
  const label = `average ${twoDigits(average_quality)}, between ${twoDigits(lowest)} and ${twoDigits(highest)} with 95 % probability; ratings from ${twoDigits(min_quality)} to ${twoDigits(max_quality)}`;
  return (
    <svg
      className={`interval-bar ${gradeOf(average_quality, threshold)}`}
      role="img"
      aria-label={label}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
    >
      <title>{label}</title>
      <line className="track" x1={x(0)} x2={x(1)} y1={middle} y2={middle} />
      <line className="threshold" x1={x(threshold)} x2={x(threshold)} y1={1} y2={height - 1} />
      <line className="range" x1={x(min_quality)} x2={x(max_quality)} y1={middle} y2={middle} />
      <line className="interval" x1={x(lowest)} x2={x(highest)} y1={middle} y2={middle} />
      {interval.map((end, at) => (
        <line
          key={at === 0 ? "low" : "high"}
          className="whisker"
          x1={x(end)}
          x2={x(end)}
          y1={4}
          y2={height - 4}
        />
      ))}
      <line className="average" x1={x(average_quality)} x2={x(average_quality)} y1={2} y2={height - 2} />
    </svg>
  );
}
