/** Reads which topics other connections have changed since the last look. Costs next to nothing while nothing has. */
import type { Topic } from "@attune/transport";
import type { Connection } from "./connection.ts";
import { largestNumber, rowId, rowNumber } from "./run-of-rows.ts";
import { toText } from "./text.ts";

const selectMarks = `
SELECT
  (SELECT coalesce(max(at), 0) FROM message) AS message,
  (SELECT coalesce(max(at), 0) FROM ring) AS ring,
  (SELECT coalesce(max(number), 0) FROM stream) AS stream`;

/** Of streams by their numbers, a JSON array. */
const selectLast = `
SELECT value AS number, ${rowNumber(`(
  SELECT max(id) FROM entry
  WHERE id > ${rowId("value", "0")} AND id <= ${rowId("value", String(largestNumber))}
)`)} AS last
FROM json_each(?)`;

interface Marks {
  message: number;
  ring: number;
  stream: number;
}

export class ChangeReader {
  #version: unknown;
  #marks: Marks;
  readonly #watched = new Set<Topic>();
  /** Watched streams by number, with the ordinal of their newest entry. */
  readonly #streams = new Map<number, { readonly eventType: string; last: number }>();
  /** Their numbers by type. */
  readonly #numbers = new Map<string, number>();
  /** All numbers as a JSON array, made anew when they have changed. */
  #list: string | undefined;

  constructor(connection: Connection) {
    this.#marks = marksOf(connection);
  }

  /** Watches these topics from now on. */
  watch(connection: Connection, topics: readonly Topic[]): void {
    const streams: { readonly number: number; readonly eventType: string }[] = [];
    for (const topic of topics) {
      if (this.#watched.has(topic)) continue;
      this.#watched.add(topic);
      const eventType = eventTypeOf(topic);
      if (eventType === undefined) continue;
      const row = connection
        .statement("SELECT number FROM stream WHERE space = ? AND type = ?")
        .get(connection.space, eventType);
      if (row) streams.push({ number: Number(row.number), eventType });
    }
    this.#follow(connection, streams);
  }

  leave(topic: Topic): void {
    this.#watched.delete(topic);
    const eventType = eventTypeOf(topic);
    if (eventType !== undefined) this.#forget(eventType);
  }

  /** What has changed since the last call, as far as it is watched. */
  changed(connection: Connection): Topic[] {
    const version = connection.statement("PRAGMA data_version").get()?.data_version;
    if (version === this.#version) return [];
    const topics = connection.snapshot(() => this.#read(connection));
    this.#version = version;
    return topics.filter((topic) => this.#watched.has(topic));
  }

  #read(connection: Connection): Topic[] {
    const before = this.#marks;
    const now = marksOf(connection);
    const topics: Topic[] = [];
    if (now.message > before.message) topics.push(...mailTopics(connection, before.message));
    if (now.ring > before.ring) topics.push(...ringTopics(connection, before.ring));
    if (now.stream > before.stream) topics.push("streams", ...this.#newStreams(connection, before.stream));
    topics.push(...this.#grownStreams(connection));
    this.#marks = {
      // What was removed meanwhile leaves lower numbers.
      message: Math.max(before.message, now.message),
      ring: Math.max(before.ring, now.ring),
      stream: Math.max(before.stream, now.stream),
    };
    return topics;
  }

  #newStreams(connection: Connection, above: number): Topic[] {
    // By number alone: an index on the space would be read from its beginning.
    const made = connection
      .statement("SELECT number, type FROM stream WHERE +space = ? AND number > ?")
      .all(connection.space, above)
      .map((row) => ({ number: Number(row.number), eventType: toText(row.type) }))
      .filter(({ eventType }) => this.#watched.has(`stream:${eventType}`));
    this.#follow(connection, made);
    return made.map(({ eventType }): Topic => `stream:${eventType}`);
  }

  #grownStreams(connection: Connection): Topic[] {
    if (this.#streams.size === 0) return [];
    this.#list ??= JSON.stringify([...this.#streams.keys()]);
    return this.#last(connection, this.#list).flatMap(({ number, last }): Topic[] => {
      const stream = this.#streams.get(number)!;
      if (last <= stream.last) return [];
      stream.last = last;
      return [`stream:${stream.eventType}`];
    });
  }

  #follow(
    connection: Connection,
    streams: readonly { readonly number: number; readonly eventType: string }[],
  ): void {
    if (streams.length === 0) return;
    const last = new Map<number, number>();
    const numbers = JSON.stringify(streams.map(({ number }) => number));
    for (const found of this.#last(connection, numbers)) last.set(found.number, found.last);
    for (const { number, eventType } of streams) {
      // A stream that was deleted and made anew has another number.
      this.#forget(eventType);
      this.#streams.set(number, { eventType, last: last.get(number) ?? 0 });
      this.#numbers.set(eventType, number);
    }
    this.#list = undefined;
  }

  #forget(eventType: string): void {
    const number = this.#numbers.get(eventType);
    if (number === undefined) return;
    this.#numbers.delete(eventType);
    this.#streams.delete(number);
    this.#list = undefined;
  }

  #last(connection: Connection, numbers: string): { readonly number: number; readonly last: number }[] {
    return connection
      .statement(selectLast)
      .all(numbers)
      .map((row) => ({ number: Number(row.number), last: Number(row.last ?? 0) }));
  }
}

function marksOf(connection: Connection): Marks {
  const row = connection.statement(selectMarks).get();
  return { message: Number(row?.message), ring: Number(row?.ring), stream: Number(row?.stream) };
}

function mailTopics(connection: Connection, above: number): Topic[] {
  const targets = connection
    .statement("SELECT DISTINCT target FROM message WHERE at > ? AND space = ?")
    .all(above, connection.space);
  return targets.map(({ target }): Topic => (target === null ? "broadcasts" : `mailbox:${toText(target)}`));
}

function ringTopics(connection: Connection, above: number): Topic[] {
  const rings = connection
    .statement("SELECT DISTINCT topic FROM ring WHERE at > ? AND space = ?")
    .all(above, connection.space);
  return rings.map(({ topic }) => toText(topic) as Topic);
}

function eventTypeOf(topic: Topic): string | undefined {
  return topic.startsWith("stream:") ? topic.slice("stream:".length) : undefined;
}
