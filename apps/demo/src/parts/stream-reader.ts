/** The reader of the stream management: it looks back on streams that somebody else has published. */
import { EventStreamer, type StreamInfo } from "@attune/streams";
import type { Part, Stage } from "../processes/part.ts";

/** Event types. */
export interface StreamReaderInput {
  readonly first: string;
  readonly second: string;
}

/** The numbers are those of the measurements. */
export interface StreamReaderOutput {
  /** Of the first. */
  readonly info: StreamInfo | null;
  /** The newest three of the first. */
  readonly recent: readonly unknown[];
  readonly replayed: readonly { readonly eventType: string; readonly number: unknown }[];
  /** Which of the two are listed. */
  readonly listed: readonly string[];
}

export const streamReader: Part<StreamReaderInput, StreamReaderOutput> = { name: "stream reader", run: read };

async function read(
  { transport, ending }: Stage,
  { first, second }: StreamReaderInput,
): Promise<StreamReaderOutput> {
  const streamer = new EventStreamer({ transport });
  const recent = await streamer.getRecentEvents(first, { count: 3 });
  const replayed: { eventType: string; number: unknown }[] = [];
  for await (const event of streamer.replayEvents({ eventTypes: [first, second], signal: ending })) {
    replayed.push({ eventType: event.eventType, number: numberOf(event) });
  }
  const types = await streamer.listEventTypes();
  return {
    info: await streamer.getStreamInfo(first),
    recent: recent.map(numberOf),
    replayed,
    listed: types.filter((type) => type === first || type === second),
  };
}

export function numberOf({ data }: { readonly data: unknown }): unknown {
  return (data as { number?: unknown } | null)?.number;
}
