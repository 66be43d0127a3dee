/**
 * The records facet: small texts by bucket and key, with leases that somebody has to renew.
 *
 * Glossary
 * - bucket: a set of records of one kind ("heartbeat"). Buckets do not see each other.
 * - lease: how long a record is in force after a put. A put renews it.
 * - expiry: a lease that ran out. The record stays readable for `keepMs` after that, and is then forgotten.
 * - claim: whoever learns of an expiry first does what has to be done about it; for `holdMs` nobody else is told of the
 *   same one. Settling a claim ends it for good.
 * - holder: who writes a record. A new holder gets a higher incarnation than the one before, whose puts are then
 *   refused: it was fenced.
 * - version: 1 for a new record, one more with each put.
 * - excused: the lease ran out while nobody could reach the store; nothing can be concluded from it yet.
 *
 * Time is the store's, never a client's.
 */

export interface StoredRecord {
  readonly key: string;
  /** Well-formed text, opaque to every store. */
  readonly value: string;
  readonly version: number;
  /** 0 for a record that never had a holder. */
  readonly incarnation: number;
  /** Milliseconds since it was put. */
  readonly ageMs: number;
  /** Milliseconds left of the lease; 0 or less: it ran out so long ago. `null`: it has no lease. */
  readonly leaseMs: number | null;
  /** Whether an expiry does not count (yet), since the store itself was away. */
  readonly excused: boolean;
}

/** What has to hold for a put to be carried out. */
export type PutCondition =
  /** There is no such record. */
  | { readonly absent: true }
  /** The record has this version. */
  | { readonly version: number }
  /**
   * No newer holder has written. `holder` names the writer: 1 to 64 of `A-Z a-z 0-9 _ -`. Without an `incarnation` it is a new
   * holder and gets the next one; the same holder again keeps the one that it got, and is refused once somebody newer has
   * come, also if it never heard of its own.
   */
  | { readonly holder: string; readonly incarnation?: number | undefined };

export interface PutRequest {
  readonly bucket: string;
  readonly key: string;
  readonly value: string;
  /** From 1, or `null` for none. */
  readonly leaseMs: number | null;
  /** How long it is kept after the lease has run out; without a lease, after this put. From 0. */
  readonly keepMs: number;
  /** Left out: always. */
  readonly condition?: PutCondition | undefined;
  /** Rings `records:<bucket>`. */
  readonly announce?: boolean | undefined;
  /**
   * The record in a form for people and other programs, who find it as a key `<bucket>:<key>` for as long as the lease (else
   * `keepMs`), where the store has such a thing. It is never newer or older than `value`.
   */
  readonly visible?: string | undefined;
}

export type PutOutcome =
  | { readonly stored: true; readonly version: number; readonly incarnation: number }
  | {
      readonly stored: false;
      /** `"condition"`: it did not hold. `"unknown"` comes from `withDegradation` only. */
      readonly reason: "condition" | "unknown";
      /** What is there instead. */
      readonly current: StoredRecord | null;
    };

export interface RecordPage {
  readonly records: readonly StoredRecord[];
  /** Where the next page begins; `null` after the last one. */
  readonly next: string | null;
}

export interface ListRecordsRequest {
  readonly bucket: string;
  /** `null` for the first page. */
  readonly from: string | null;
  /** About so many per page. */
  readonly count: number;
}

export interface ClaimRequest {
  readonly bucket: string;
  /** Who claims: 1 to 64 of `A-Z a-z 0-9 _ -`. The same claimer is told again of what he holds. */
  readonly claimer: string;
  /** How long nobody else is told. */
  readonly holdMs: number;
  /** At most so many. */
  readonly count: number;
  /**
   * A pause in all puts and claims of the bucket that is longer than this, ended by this claim, counts as an outage of the
   * store, and excuses what ran out in it. One that is ended by a put counts when it is longer than the bucket's longest lease.
   */
  readonly gapMs: number;
}

export interface SettleRequest {
  readonly bucket: string;
  readonly key: string;
  /** Of the record as it was claimed. */
  readonly version: number;
  readonly claimer: string;
}

export interface RecordStore {
  /**
   * Stores a record if the condition holds. Sent again by itself where an answer was lost; carried out once, but for the put
   * of a holder, which may count as two versions of the same.
   */
  put(request: PutRequest): Promise<PutOutcome>;

  /** Reads records, in the order asked for; `null` where there is none. */
  get(bucket: string, keys: readonly string[]): Promise<(StoredRecord | null)[]>;

  /** Lists a bucket by pages, in no particular order. What was there all the while is listed; what is put meanwhile may be listed twice. */
  list(request: ListRecordsRequest): Promise<RecordPage>;

  /** How many records of a bucket have a lease that has not run out. In constant time, or nearly so. */
  count(bucket: string): Promise<number>;

  /** Removes a record. Answers whether there was one. */
  delete(bucket: string, key: string): Promise<boolean>;

  /**
   * Which leases have run out: each expiry is told to one claimer only, until his hold is over or he has settled it. What
   * he holds already comes last.
   * After a pause longer than `gapMs` what was put before it and ran out since is excused for as long as the bucket's longest
   * lease, for ten minutes at most.
   */
  claimExpired(request: ClaimRequest): Promise<StoredRecord[]>;

  /**
   * Ends an expiry: nobody is told of it again. Answers whether it still stood: no put came in between, and nobody else has
   * claimed it.
   */
  settleExpired(request: SettleRequest): Promise<boolean>;
}
