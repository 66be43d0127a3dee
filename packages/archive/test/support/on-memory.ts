/** A transport in memory, a streamer, and archives that end with the test. */
import { randomUUID } from "node:crypto";
import { EventStreamer } from "@attune/streams";
import { openTransport, type TransportOptions } from "@attune/transport";
import { loggerInto } from "@attune-tools/every-store";
import { onTestFinished } from "vitest";
import { Archive, type ArchiveOptions } from "../../src/index.ts";
import { ScriptedSink } from "./scripted-sink.ts";

export async function onMemory(options: TransportOptions = {}) {
  const warnings: string[] = [];
  const logger = loggerInto(warnings);
  const transport = await openTransport(`memory:${randomUUID()}`, { logger, ...options });
  onTestFinished(() => transport.close());
  const streamer = new EventStreamer({ transport });
  const sink = new ScriptedSink();
  const archive = (changes: Partial<ArchiveOptions> = {}) => {
    const made = new Archive({ transport, sink, batch: { waitMs: 5 }, closeTimeoutMs: 1000, ...changes });
    onTestFinished(() => made.close());
    return made;
  };
  /** Numbers from `first` to `last`. */
  const publish = async (first: number, last: number, eventType = "step") => {
    const ids: string[] = [];
    for (let from = first; from <= last; from += 500) {
      const events = Array.from({ length: Math.min(500, last - from + 1) }, (_, index) => ({
        eventType,
        data: { n: from + index },
      }));
      ids.push(...(await streamer.publishEvents(events)));
    }
    return ids;
  };
  return { transport, streamer, sink, archive, publish, warnings };
}

/** The numbers of the rows, in the order in which they were written. */
export function numbersOf(rows: readonly { readonly data: string }[]): number[] {
  return rows.map(({ data }) => JSON.parse(data).n);
}

export function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}
