/** The event that all contenders publish, and the XADD that carries it: 14 arguments, the same from everybody. */
import type { AppendRequest } from "@attune/transport";
import type { Redis } from "ioredis";
import type { Setup } from "../harness/figure.ts";

export const sampleData = { agent_id: "agent-17", status: "running", progress: 0.5 };
export type SampleData = typeof sampleData;

const maxLength = 10_000;
export const source = "attune";

/** The key at which @attune keeps the stream of an event type. */
export function keyOf({ prefix }: Setup, eventType: string): string {
  return `${prefix}events:${eventType}`;
}

/** What comes after the key, encoded anew each time, as a program without @attune would do it. */
export function xaddArguments(eventType: string, data: SampleData) {
  return [
    "MAXLEN",
    "~",
    maxLength,
    "*",
    "event_type",
    eventType,
    "timestamp",
    new Date().toISOString(),
    "data",
    JSON.stringify(data),
    "source",
    source,
  ] as const;
}

/** The event as the transport's append takes it, encoded anew each time too. */
export function sampleAppend(eventType: string): AppendRequest {
  return {
    eventType,
    timestamp: new Date().toISOString(),
    data: JSON.stringify(sampleData),
    source,
    maxLength,
  };
}

/** A bare publish; throws when the server does not answer with an id. */
export async function xadd(client: Redis, key: string, eventType: string): Promise<void> {
  if (!(await client.xadd(key, ...xaddArguments(eventType, sampleData)))) throw new Error("no id");
}

/** The whole command, for redis-benchmark. */
export function xaddCommand(setup: Setup, eventType: string): string[] {
  return ["XADD", keyOf(setup, eventType), ...xaddArguments(eventType, sampleData).map(String)];
}

/** An entry as XREAD and XRANGE give it. */
export type EntryReply = [id: string, fields: string[]];

/** The data of a bare entry: the sixth field, known by its place, without looking for its name. */
export function dataOf([, fields]: EntryReply): SampleData {
  return JSON.parse(fields[5]!) as SampleData;
}
