/** The names of everything this package keeps in Redis. */

export interface MailboxKeys {
  /** Hash: how many are pending, the last sequence, the types. */
  readonly state: string;
  /** In front of a type: list of what is pending of it. */
  readonly typePrefix: string;
  /** Sorted set: broadcasts that this agent took or cleared, by when their time is over. */
  readonly seen: string;
  /** List: what a take took. */
  receipt(receipt: string): string;
  /** Text: this message was posted lately. */
  posted(id: string): string;
}

export interface GroupKeys {
  /** Stream: the entries, and the server's own consumer group. */
  readonly stream: string;
  /** Sorted set: ids of entries that were handed back, by when they may be claimed. */
  readonly handedBack: string;
  /** Hash: how many deliveries of an entry are not counted. */
  readonly uncounted: string;
}

export interface BucketKeys {
  /** Hash: the records. */
  readonly values: string;
  /** Sorted set: keys of records with a lease, by when it runs out. */
  readonly leases: string;
  /** Sorted set: keys of the other records, by when they are forgotten. */
  readonly kept: string;
  /** Hash: who holds the claim of an expiry, and until when. */
  readonly claims: string;
  /** Hash: when the bucket was last touched, the longest lease, the time of grace. */
  readonly clock: string;
  /** Text: what a put has answered, by a name of that put. */
  written(write: string): string;
}

export class Keys {
  readonly #prefix: string;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** Stream: the entries of an event type. */
  stream(eventType: string): string {
    return `${this.#prefix}events:${encodeName(eventType)}`;
  }

  /** The event type of a stream's key. */
  eventTypeOf(key: string): string {
    return decodeName(key.slice(this.#prefix.length + "events:".length));
  }

  /** A glob that matches the keys of all streams (and of nothing whose prefix is spelled differently). */
  get streamPattern(): string {
    return `${this.#prefix.replace(/[*?[\]\\]/g, "\\$&")}events:*`;
  }

  /** Text: the entry id that an idempotency key has led to. The braces put it into the stream's slot on a Cluster. */
  dedupe(eventType: string, idempotencyKey: string): string {
    return `${this.#prefix}dedupe:{${this.stream(eventType)}}:${idempotencyKey}`;
  }

  /** What is kept beside a stream's groups: with the name of a group these are the keys. As `dedupe` on a Cluster. */
  besideGroups(eventType: string): { readonly handedBack: string; readonly uncounted: string } {
    const stream = this.stream(eventType);
    return {
      handedBack: `${this.#prefix}handed-back:{${stream}}:`,
      uncounted: `${this.#prefix}uncounted:{${stream}}:`,
    };
  }

  /** The keys of a consumer group. */
  group(eventType: string, group: string): GroupKeys {
    const { handedBack, uncounted } = this.besideGroups(eventType);
    return {
      stream: this.stream(eventType),
      handedBack: `${handedBack}${group}`,
      uncounted: `${uncounted}${group}`,
    };
  }

  /** Set: the event types that have been published through this package. */
  get eventTypes(): string {
    return `${this.#prefix}event-types`;
  }

  /** The keys of a mailbox. The braces keep them in one slot on a Cluster. */
  mailbox(agent: string): MailboxKeys {
    const base = `${this.#prefix}mailbox:{${encodeName(agent)}}`;
    return {
      state: base,
      typePrefix: `${base}:type:`,
      seen: `${base}:seen`,
      receipt: (receipt) => `${base}:receipt:${receipt}`,
      posted: (id) => `${base}:posted:${id}`,
    };
  }

  /** Stream: the broadcasts. */
  get broadcasts(): string {
    return `${this.#prefix}{broadcasts}`;
  }

  /** Sorted set: ids of entries in the broadcasts by when their time is over. */
  get broadcastExpiries(): string {
    return `${this.broadcasts}:expiries`;
  }

  /** Text: this broadcast was posted lately. */
  postedBroadcast(id: string): string {
    return `${this.broadcasts}:posted:${id}`;
  }

  /** The keys of a bucket of records. */
  bucket(bucket: string): BucketKeys {
    const base = `${this.#prefix}records:{${bucket}}`;
    return {
      values: `${base}:values`,
      leases: `${base}:leases`,
      kept: `${base}:kept`,
      claims: `${base}:claims`,
      clock: `${base}:clock`,
      written: (write) => `${base}:written:${write}`,
    };
  }

  /** Text: a record's value, for people and other programs. */
  visible(bucket: string, key: string): string {
    return `${this.#prefix}${bucket}:${encodeName(key)}`;
  }

  /** Channel: the bell of a topic. */
  bell(topic: string): string {
    return `${this.#prefix}bell:${topic}`;
  }
}

/** Braces would decide on the Cluster slot of a key, so they are percent-encoded, and the percent sign with them. */
function encodeName(name: string): string {
  return name.replace(/[%{}]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

function decodeName(name: string): string {
  return name.replace(/%(25|7B|7D)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
