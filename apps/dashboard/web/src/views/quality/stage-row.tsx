/** A stage: which tier is recommended and why, and how good it is at each. */
import { memo } from "react";
import type { StageJson } from "../../../../src/protocol/records.ts";
import { counted, twoDigits, withTwoDigits } from "../../ui/number-text.ts";
import { Sparkline } from "../../ui/sparkline.tsx";
import { gradeOf } from "./grade.ts";
import { halvesOf } from "./halves.ts";
import { IntervalBar } from "./interval-bar.tsx";
import type { RatedStage } from "./quality-rows.ts";
import { useLazyJson } from "./use-lazy-json.ts";

export interface StageRowProps {
  readonly stage: RatedStage;
  readonly threshold: number;
  /** Among those that are poor: says of which workflow it is. */
  readonly isPoor: boolean;
}

export const StageRow = memo(function StageRow({ stage, threshold, isPoor }: StageRowProps) {
  const { workflow, name, tiers } = stage;
  return (
    <div className="stage-row">
      <div className="stage-head">
        <strong className="cut" title={name}>
          {name}
        </strong>
        {isPoor ? (
          <span className="cut muted" title={workflow}>
            {workflow}
          </span>
        ) : null}
        <Recommendation stage={stage} />
      </div>
      {tiers.map((tier) => (
        <TierLine key={tier.tier} tier={tier} threshold={threshold} />
      ))}
    </div>
  );
}, isSame);

/** The stages are made anew with each message; what they say often is the same. */
function isSame(before: StageRowProps, now: StageRowProps): boolean {
  return (
    before.threshold === now.threshold &&
    before.isPoor === now.isPoor &&
    JSON.stringify(before.stage) === JSON.stringify(now.stage)
  );
}

interface WorkflowAnswer {
  readonly workflows: readonly {
    readonly stages: readonly {
      readonly stage_name: string;
      readonly current_tier: string | null;
      readonly recommendation: {
        readonly recommended_tier: string;
        readonly current_tier: string;
        readonly confidence: number;
        readonly reason: string;
      } | null;
    }[];
  }[];
}

function Recommendation({ stage: { workflow, name, tiers } }: { readonly stage: RatedStage }) {
  const path = `/api/feedback/workflows?${new URLSearchParams({ workflow, limit: "500" })}`;
  const samples = tiers.reduce((sum, { sample_count }) => sum + sample_count, 0);
  const read = useLazyJson<WorkflowAnswer>(path, `${name} ${samples}`);
  const found = read?.data?.workflows[0]?.stages.find(({ stage_name }) => stage_name === name);
  const { recommendation } = found ?? {};
  if (!recommendation)
    return <span className="muted">{read?.error ? "no recommendation could be read" : ""}</span>;
  const { recommended_tier, current_tier, confidence, reason } = recommendation;
  const stays = recommended_tier === current_tier;
  const why = withTwoDigits(reason);
  return (
    <span className="recommendation cut" title={reason}>
      <span className={stays ? "badge" : "badge advice"}>
        {stays ? `stay at ${current_tier}` : `${current_tier} → ${recommended_tier}`}
      </span>{" "}
      <span className="muted">
        {confidence > 0 ? `${Math.round(confidence * 100)} % sure: ` : ""}
        {why}
      </span>
    </span>
  );
}

function TierLine({ tier, threshold }: { readonly tier: StageJson; readonly threshold: number }) {
  const { average_quality, min_quality, max_quality, sample_count } = tier;
  const halves = halvesOf(tier);
  return (
    <div className="tier-line">
      <span className="tier-name">{tier.tier}</span>
      <span className={`tier-average num ${gradeOf(average_quality, threshold)}`}>
        {twoDigits(average_quality)}
      </span>
      <IntervalBar stage={tier} threshold={threshold} />
      <span className="tier-samples num muted">{counted(sample_count, "rating")}</span>
      <span className="tier-range num muted">
        {twoDigits(min_quality)} – {twoDigits(max_quality)}
      </span>
      <RatingsLine tier={tier} />
      <span className="tier-trend num">
        {halves ? (
          <>
            <span className="muted">{twoDigits(halves.older)} → </span>
            {twoDigits(halves.newer)}{" "}
            <span className={tier.trend < -0.02 ? "falls" : tier.trend > 0.02 ? "rises" : "muted"}>
              {tier.trend < -0.02 ? "falls" : tier.trend > 0.02 ? "rises" : "level"}
            </span>
          </>
        ) : (
          <span className="muted">too few</span>
        )}
      </span>
    </div>
  );
}

interface HistoryAnswer {
  readonly ratings: readonly { readonly quality_score: number }[];
}

const shownRatings = 60;

function RatingsLine({ tier }: { readonly tier: StageJson }) {
  const { workflow_name: workflow, stage_name: stage, tier: name, sample_count } = tier;
  const query = new URLSearchParams({ workflow, stage, tier: name, limit: String(shownRatings) });
  const read = useLazyJson<HistoryAnswer>(`/api/feedback/history?${query}`, sample_count);
  const values = read?.data?.ratings.map(({ quality_score }) => quality_score).reverse() ?? [];
  return (
    <Sparkline values={values} label={`Newest ratings of ${stage} at ${name}`} from={0} to={1} width={110} />
  );
}
