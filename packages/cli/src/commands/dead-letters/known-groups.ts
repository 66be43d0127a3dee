/** The consumer groups that the streams know. */
import type { EventStreamer, GroupInfo } from "@attune/streams";

export interface KnownGroup {
  readonly group: string;
  /** The streams that it works on. What was replayed to it waits in one of its own, which is not listed. */
  readonly eventTypes: readonly string[];
  readonly pending: number;
  /** `null`: the store does not know of every stream. */
  readonly lag: number | null;
  readonly deadLetters: number;
}

/** What an archive gives up is kept under such a name; it is no group of a stream. */
export const archivePrefix = "archive:";
/** The one of an archive that was given no name. */
const defaultArchive = `${archivePrefix}archive`;

/** Streams or groups that are asked at once. */
const perRound = 50;

/** By name. */
export async function knownGroups(streamer: EventStreamer): Promise<KnownGroup[]> {
  const infos = await inRounds(await streamer.listEventTypes(), (type) => streamer.listGroups(type));
  const byGroup = new Map<string, GroupInfo[]>();
  for (const info of infos.flat()) {
    const ofGroup = byGroup.get(info.group);
    if (ofGroup) ofGroup.push(info);
    else byGroup.set(info.group, [info]);
  }
  const names = [...new Set([...byGroup.keys(), defaultArchive])].sort();
  const groups = await inRounds(names, async (group) =>
    summed(group, byGroup.get(group) ?? [], await streamer.countDeadLetters(group)),
  );
  return groups.filter(({ group, deadLetters }) => byGroup.has(group) || deadLetters > 0);
}

function summed(group: string, infos: readonly GroupInfo[], deadLetters: number): KnownGroup {
  return {
    group,
    eventTypes: infos.map(({ eventType }) => eventType),
    pending: infos.reduce((sum, { pending }) => sum + pending, 0),
    lag: infos.reduce<number | null>((sum, { lag }) => (sum === null || lag === null ? null : sum + lag), 0),
    deadLetters,
  };
}

async function inRounds<Item, Answer>(
  items: readonly Item[],
  ask: (item: Item) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let at = 0; at < items.length; at += perRound) {
    answers.push(...(await Promise.all(items.slice(at, at + perRound).map(ask))));
  }
  return answers;
}
