/** How wide the columns of a table are where the page is too narrow for all of them. */

interface Column {
  readonly priority?: number;
  readonly keep?: boolean;
}

/** So far a text is cut before another one suffers, and so far at all before its column is left out. */
const readable = 8;
const least = 3;

/**
 * From what their content takes: columns that would not be worth it are left out (`undefined`), the others cut, those to keep
 * last. Together with the gaps never wider than the room.
 */
export function columnWidths(
  columns: readonly Column[],
  natural: readonly number[],
  room: number,
  gap: number,
): (number | undefined)[] {
  const widths: (number | undefined)[] = [...natural];
  const groups = inOrderOfCutting(columns);
  const total = (widthOf: (index: number) => number) => {
    const shown = [...widths.keys()].filter((index) => widths[index] !== undefined);
    return shown.reduce((sum, index) => sum + widthOf(index) + gap, -gap);
  };
  // The rightmost of a group first, and the one that is left has to do with the room there is.
  for (const index of groups.flatMap(({ members }) => members.toReversed()).slice(0, -1)) {
    // An id is what a command takes: while another column can go, it stands as it is.
    const leastKept = columns[index]!.keep ? readable : Number.POSITIVE_INFINITY;
    const narrowest = (at: number) => Math.min(natural[at]!, columns[at]!.keep ? leastKept : least);
    if (total(narrowest) > room) widths[index] = undefined;
  }
  const others = groups.filter(({ keep }) => !keep);
  for (const [cutGroups, to] of [
    [others, readable],
    [others, least],
    [groups, readable],
    [groups, 0],
  ] as const) {
    for (const { members } of cutGroups) {
      cut(widths, members, to, total((index) => widths[index]!) - room);
    }
  }
  return widths;
}

/** The first is cut first: those to keep last, and of the others those with the lowest priority first. */
function inOrderOfCutting(columns: readonly Column[]): { keep: boolean; members: number[] }[] {
  const groups = new Map<string, { keep: boolean; priority: number; members: number[] }>();
  for (const [index, { keep = false, priority = 0 }] of columns.entries()) {
    const name = `${keep} ${priority}`;
    const group = groups.get(name) ?? { keep, priority, members: [] };
    group.members.push(index);
    groups.set(name, group);
  }
  return [...groups.values()].sort(
    (one, other) => Number(one.keep) - Number(other.keep) || one.priority - other.priority,
  );
}

/** Takes so many cells from the widest ones, one at a time. */
function cut(widths: (number | undefined)[], members: readonly number[], to: number, cells: number): void {
  for (let left = cells; left > 0; left--) {
    let widest: number | undefined;
    for (const index of members) {
      if (widths[index] !== undefined && (widest === undefined || widths[index] > widths[widest]!))
        widest = index;
    }
    if (widest === undefined || widths[widest]! <= to) return;
    widths[widest]! -= 1;
  }
}
