/**
 * Changes of a stage's tier that were recommended, remembered so that the next one waits for ratings of the new tier. Several
 * processes recommend at once: what one remembers is put on the condition that no other has.
 */
import type { StoredRecord, Transport } from "@attune/transport";
import { bucket, stageHash } from "./stage-key.ts";
import { modelTiers, type StageSelector, type Tier } from "./tiers.ts";

/** To a tier, when so many of its ratings had ever been counted. */
interface Change {
  readonly to: Tier;
  readonly total: number;
}

/** What is remembered of a stage: each tier once, by the last change to it, oldest first. */
export interface TierChanges {
  readonly changes: readonly Change[];
  /** Of the record; `null`: there is none. */
  readonly version: number | null;
}

export async function changesOf({ records }: Transport, stage: StageSelector): Promise<TierChanges> {
  const [record = null] = await records.get(bucket, [stageHash(stage)]);
  return { changes: changesIn(record), version: record?.version ?? null };
}

/**
 * How many ratings of a tier there are since it was changed to; `null`: it was never changed to. `total`: ever counted. When there
 * are fewer than there were, counting has begun anew since.
 */
export function ratingsSince({ changes }: TierChanges, tier: Tier, total: number): number | null {
  const change = changes.find(({ to }) => to === tier);
  if (!change) return null;
  return total < change.total ? total : total - change.total;
}

/** Whether a change from one tier to another is known already: others were told of it, and may have taken it up. */
export function isKnown({ changes }: TierChanges, from: Tier, to: Tier): boolean {
  const at = (tier: Tier) => changes.findIndex((change) => change.to === tier);
  return at(to) >= 0 && at(to) > at(from);
}

/** `false`: somebody else has changed something meanwhile. Rejects when the store is away. */
export async function rememberChange(
  { records }: Transport,
  stage: StageSelector,
  { changes, version }: TierChanges,
  change: Change,
  keepMs: number,
): Promise<boolean> {
  const all = [...changes.filter(({ to }) => to !== change.to), change];
  const outcome = await records.put({
    bucket,
    key: stageHash(stage),
    value: JSON.stringify({
      workflow_name: stage.workflowName,
      stage_name: stage.stageName,
      tier_changes: all,
    }),
    leaseMs: null,
    keepMs,
    condition: version === null ? { absent: true } : { version },
  });
  return outcome.stored;
}

/** Empty for a text that is none of ours. */
function changesIn(record: StoredRecord | null): readonly Change[] {
  if (!record) return [];
  try {
    const { tier_changes } = JSON.parse(record.value) as { readonly tier_changes: readonly Change[] };
    return tier_changes.filter(({ to, total }) => modelTiers.includes(to) && Number.isSafeInteger(total));
  } catch {
    return [];
  }
}
