/**
 * Counts the ratings of a stage at a tier. Each is an entry of a stream, which is the truth; a record holds what is counted of
 * them, up to an entry. Whoever looks counts what came after that, and now and then puts the sum back, on the condition that
 * nobody else has: so recording is one append, nothing is counted twice, and no look reads more than the rest.
 */
import {
  compareIds,
  isStoreFailure,
  type Logger,
  maxTtlMs,
  type StoredRecord,
  type StreamPage,
  type Transport,
} from "@attune/transport";
import { type CountedRatings, fromText, toText } from "./counted-ratings.ts";
import { blockOf, blocksSince, compacted, type QualityBlock } from "./quality-blocks.ts";
import { ratingOf } from "./rating-entry.ts";
import { bucket, recordOf, streamOf } from "./stage-key.ts";
import type { RatedStage } from "./tiers.ts";

/** Entries of a stream per read. */
const perRead = 1000;
/** Records per page, each of up to 60 KB. */
const perPage = 50;
/** A lost stream is looked for where nothing came for so long. */
const quietMs = 60_000;

export interface RatingCountsOptions {
  readonly retentionMs: number;
  /** So many uncounted ones are worth a put. */
  readonly countEvery: number;
  readonly logger: Logger;
}

export interface Counted {
  readonly stage: RatedStage;
  /** Of the ratings that are not too old, oldest first. */
  readonly blocks: readonly QualityBlock[];
  /** Ratings that were ever counted, old ones included. */
  readonly total: number;
  /** `false`: somebody else was faster, or it could not be put back. */
  readonly settled: boolean;
}

/** What is counted of a stage at a tier, with what the store says of the record. */
interface Held {
  readonly counted: CountedRatings;
  /** `null`: there is no record. */
  readonly version: number | null;
  readonly ageMs: number;
}

export class RatingCounts {
  readonly #transport: Transport;
  readonly #options: RatingCountsOptions;
  #lastWarnedAt = Number.NEGATIVE_INFINITY;

  constructor(transport: Transport, options: RatingCountsOptions) {
    this.#transport = transport;
    this.#options = options;
  }

  /** In the order asked for: one read of records and one of streams, as a rule. Rejects when the store is away. */
  async of(stages: readonly RatedStage[]): Promise<Counted[]> {
    const records = await this.#transport.records.get(bucket, stages.map(recordOf));
    return this.#goOn(stages.map((stage, index) => toHeld(stage, records[index] ?? null)));
  }

  /** All that there are, each once. Rejects when the store is away. */
  async *all(): AsyncGenerator<Counted> {
    const seen = new Set<string>();
    for (let from: string | null = null; ; ) {
      const page = await this.#transport.records.list({ bucket, from, count: perPage });
      const held: Held[] = [];
      for (const record of page.records) {
        const stage = fromText(record.value)?.stage;
        // Also none of ours if it lies in the place of another.
        if (!stage || recordOf(stage) !== record.key || seen.has(record.key)) continue;
        seen.add(record.key);
        held.push(toHeld(stage, record));
      }
      yield* await this.#goOn(held);
      if (page.next === null) return;
      from = page.next;
    }
  }

  async #goOn(held: readonly Held[]): Promise<Counted[]> {
    const after = new Map(held.map(({ counted }) => [streamOf(counted.stage), counted.upTo]));
    const pages = await this.#transport.streams.read(after, { count: perRead, blockMs: 0 });
    const byType = new Map(pages.map((page) => [page.eventType, page]));
    return Promise.all(held.map((one) => this.#countRest(one, byType.get(streamOf(one.counted.stage)))));
  }

  async #countRest(held: Held, firstPage: StreamPage | undefined): Promise<Counted> {
    let counted = held.counted;
    let rest = 0;
    for (let page = firstPage; page; ) {
      this.#tellOfMissed(counted, page);
      counted = this.#with(counted, page);
      rest += page.entries.length;
      if (page.entries.length < perRead) break;
      const after = new Map([[page.eventType, counted.upTo]]);
      [page] = await this.#transport.streams.read(after, { count: perRead, blockMs: 0 });
    }
    if (rest === 0 && held.version !== null && held.ageMs > quietMs) {
      const newest = await this.#newestOfOther(counted);
      if (newest !== undefined) {
        counted = { ...counted, upTo: newest, ordinal: null };
        rest = this.#options.countEvery;
      }
    }
    const settled = !this.#isWorthIt(held, rest) || (await this.#putBack(held, counted));
    const since = this.#transport.clock.now() - this.#options.retentionMs;
    const { stage, total, blocks } = counted;
    return { stage, total, blocks: blocksSince(blocks, since), settled };
  }

  #with(
    { stage, ordinal, total, blocks }: CountedRatings,
    { entries, firstOrdinal }: StreamPage,
  ): CountedRatings {
    const ratings = entries.flatMap((entry) => ratingOf(entry) ?? []);
    const all = [...blocks, ...ratings.map(({ score, at }) => blockOf(score, at))];
    const before = firstOrdinal === null ? ordinal : firstOrdinal - 1;
    // What is forgotten here is forgotten for all: a process whose clock is ahead must not do that.
    const now = Math.min(this.#transport.clock.now(), all.at(-1)?.to ?? 0);
    return {
      stage,
      upTo: entries.at(-1)!.id,
      ordinal: before === null ? null : before + entries.length,
      total: total + ratings.length,
      blocks: compacted(blocksSince(all, now - this.#options.retentionMs)),
    };
  }

  /**
   * Nothing came after what was counted, and what is there came before it: the stream is another one, or has lost its end, and the
   * store's clock was set back. Counting goes on after what is there, since it may have been counted.
   */
  async #newestOfOther({ stage, upTo }: CountedRatings): Promise<string | undefined> {
    const range = { eventType: streamOf(stage), count: 1, newestFirst: true };
    const [newest] = await this.#transport.streams.range(range);
    return newest && compareIds(newest.id, upTo) < 0 ? newest.id : undefined;
  }

  /** The first put also makes the stage known, and a record that ratings still come to must not be forgotten. */
  #isWorthIt({ version, ageMs }: Held, rest: number): boolean {
    const { countEvery, retentionMs } = this.#options;
    return rest >= countEvery || (rest > 0 && (version === null || ageMs > retentionMs / 4));
  }

  async #putBack({ version }: Held, counted: CountedRatings): Promise<boolean> {
    try {
      const outcome = await this.#transport.records.put({
        bucket,
        key: recordOf(counted.stage),
        value: toText(counted),
        leaseMs: null,
        // Once it is forgotten, all that it had counted is too old.
        keepMs: Math.min(2 * this.#options.retentionMs, maxTtlMs),
        condition: version === null ? { absent: true } : { version },
      });
      return outcome.stored;
    } catch (error) {
      // What was asked is known all the same, and somebody will put it back.
      if (isStoreFailure(error)) return false;
      throw error;
    }
  }

  #tellOfMissed({ stage, ordinal }: CountedRatings, { firstOrdinal }: StreamPage): void {
    if (ordinal === null || firstOrdinal === null || firstOrdinal <= ordinal + 1) return;
    const now = this.#transport.clock.monotonic();
    if (now - this.#lastWarnedAt < quietMs) return;
    this.#lastWarnedAt = now;
    const of = `${JSON.stringify(stage.workflowName)}, ${JSON.stringify(stage.stageName)} (${stage.tier})`;
    this.#options.logger.warn(
      `attune: FeedbackLoop: ${firstOrdinal - ordinal - 1} ratings of ${of} were trimmed away before anybody counted them; raise maxHistory.`,
    );
  }
}

function toHeld(stage: RatedStage, record: StoredRecord | null): Held {
  const known = record ? fromText(record.value) : undefined;
  const isOurs = known !== undefined && recordOf(known.stage) === recordOf(stage);
  return {
    counted: isOurs ? known : { stage, upTo: "0-0", ordinal: 0, total: 0, blocks: [] },
    version: record?.version ?? null,
    ageMs: record?.ageMs ?? 0,
  };
}
