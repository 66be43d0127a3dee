/** The names of everything this package keeps in Redis. */

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

  /** Set: the event types that have been published through this package. */
  get eventTypes(): string {
    return `${this.#prefix}event-types`;
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
