/**
 * What is kept of ratings once they are counted: runs of neighbours in time, each with what statistics need. There are never
 * more than about `maxBlocks`, however many ratings: when there are, neighbours are joined. Up to that many ratings each has a block
 * of its own, and everything is exact; beyond that, only where a half or the seven days begin is known to a block.
 */
export interface QualityBlock {
  /** Ratings in it. */
  readonly n: number;
  readonly sum: number;
  /** Of the squares. */
  readonly squares: number;
  readonly min: number;
  readonly max: number;
  /** When the first and the last of them came, by the store's clock, in milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
}

const maxBlocks = 1024;
/** Neighbours are joined to blocks of at most this part of all ratings, and of all the time. It leaves 4 times as many at most. */
const parts = 200;

export function blockOf(score: number, at: number): QualityBlock {
  return { n: 1, sum: score, squares: score * score, min: score, max: score, from: at, to: at };
}

/**
 * Joins neighbours when there are too many blocks. Oldest first, as what comes in. Joined blocks are alike in size and in time,
 * wherever they lie: were all pairs joined each time, the oldest block would in the end hold nearly everything.
 */
export function compacted(blocks: readonly QualityBlock[]): readonly QualityBlock[] {
  if (blocks.length <= maxBlocks) return blocks;
  const most = Math.ceil(blocks.reduce((n, block) => n + block.n, 0) / parts);
  const longest = (blocks.at(-1)!.to - blocks[0]!.from) / parts;
  const result: QualityBlock[] = [];
  for (const block of blocks) {
    const last = result.at(-1);
    const joins = last && last.n + block.n <= most && block.to - last.from <= longest;
    if (joins) result[result.length - 1] = join(last, block);
    else result.push(block);
  }
  return result;
}

/** Those that came at `since` or later. A block in which that moment lies counts as a whole. */
export function blocksSince(blocks: readonly QualityBlock[], since: number): readonly QualityBlock[] {
  const first = blocks.findIndex(({ to }) => to >= since);
  return first < 0 ? [] : blocks.slice(first);
}

/** Those of several tiers in the order of time. */
export function mergedBlocks(lists: readonly (readonly QualityBlock[])[]): readonly QualityBlock[] {
  if (lists.length === 1) return lists[0]!;
  return lists.flat().sort((one, other) => one.from + one.to - (other.from + other.to));
}

function join(one: QualityBlock, next: QualityBlock): QualityBlock {
  return {
    n: one.n + next.n,
    sum: one.sum + next.sum,
    squares: one.squares + next.squares,
    min: Math.min(one.min, next.min),
    max: Math.max(one.max, next.max),
    from: one.from,
    to: next.to,
  };
}
