/** The consumer groups that the streams know, and archives that gave something up. */
import { EventStreamer, type GroupInfo } from "@attune/streams";
import type { Transport } from "@attune/transport";
import { inRounds } from "@attune-tools/reading-loop";
import { knownArchives } from "./known-archives.ts";

export interface KnownGroup {
  readonly group: string;
  /** The streams that it works on. */
  readonly eventTypes: readonly string[];
  readonly pending: number;
  /** `null`: the store does not know of every stream. */
  readonly lag: number | null;
  /** Dead letters that were given to it again, and are not worked off: no part of the two above. `null`: it is not known. */
  readonly replayed: number | null;
  readonly deadLetters: number;
}

/** What an archive gives up is kept under such a name; it is no group of a stream. */
export const archivePrefix = "archive:";

/** By name. */
export async function knownGroups(transport: Transport): Promise<KnownGroup[]> {
  const streamer = new EventStreamer({ transport });
  const infos = await inRounds(await streamer.listEventTypes(), (type) => streamer.listGroups(type));
  const byGroup = new Map<string, GroupInfo[]>();
  for (const info of infos.flat()) {
    const ofGroup = byGroup.get(info.group);
    if (ofGroup) ofGroup.push(info);
    else byGroup.set(info.group, [info]);
  }
  const archives = (await knownArchives(transport)).map((name) => archivePrefix + name);
  const names = [...new Set([...byGroup.keys(), ...archives])].sort();
  const groups = await inRounds(names, async (group) => {
    const [replayed, deadLetters] = await Promise.all([
      streamer.countReplayed(group),
      streamer.countDeadLetters(group),
    ]);
    return { ...summed(group, byGroup.get(group) ?? []), replayed, deadLetters };
  });
  return groups.filter(({ group, deadLetters }) => byGroup.has(group) || deadLetters > 0);
}

function summed(group: string, infos: readonly GroupInfo[]) {
  return {
    group,
    eventTypes: infos.map(({ eventType }) => eventType),
    pending: infos.reduce((sum, { pending }) => sum + pending, 0),
    lag: infos.reduce<number | null>((sum, { lag }) => (sum === null || lag === null ? null : sum + lag), 0),
  };
}
