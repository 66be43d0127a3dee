/** The events that all contenders write: 200 bytes of data each, in batches as an `Archive` makes them by default. */
import { Archive, type ArchiveRow, openSink, type SinkOptions } from "@attune/archive";
import { EventStreamer } from "@attune/streams";
import { openTransport } from "@attune/transport";
import type { Opened } from "../harness/figure.ts";
import { rate } from "../harness/statistics.ts";

export const count = 50_000;
export const batchSize = 5000;
const eventType = "agent_heartbeat";

function dataOf(index: number) {
  return {
    agent_id: `agent-${index % 100}`,
    status: "running",
    progress: (index % 1000) / 1000,
    current_task: `Running stage: analyze (capable), file ${index} of ${count}`.padEnd(100, "."),
  };
}

/** As a program without @attune would have them: there before it is measured. */
function makeBatches(): readonly (readonly ArchiveRow[])[] {
  const now = Date.now();
  const rows = Array.from(
    { length: count },
    (_, index): ArchiveRow => ({
      eventType,
      eventId: `${now}-${index}`,
      timestamp: new Date(now),
      source: "bench",
      data: JSON.stringify(dataOf(index)),
    }),
  );
  return Array.from({ length: count / batchSize }, (_, batch) =>
    rows.slice(batch * batchSize, (batch + 1) * batchSize),
  );
}

/** An `Archive` from streams in memory, so that the sink is what is measured; each round into tables of its own. */
export async function openArchive(
  urlOf: (round: number) => string,
  options: SinkOptions = {},
): Promise<Opened> {
  const transport = await openTransport("memory:");
  const streamer = new EventStreamer({ transport, maxLength: count });
  for (let from = 0; from < count; from += batchSize) {
    const batch = Array.from({ length: batchSize }, (_, index) => ({
      eventType,
      data: dataOf(from + index),
    }));
    await streamer.publishEvents(batch);
  }
  let round = 0;
  return {
    async measure() {
      round++;
      await using sink = await openSink(urlOf(round), {
        ...options,
        ...(options.table && { table: `${options.table}_${round}`, positionsTable: `positions_${round}` }),
      });
      await using archive = new Archive({ transport, sink, batch: { count: batchSize } });
      const startedAt = performance.now();
      await archive.run({ until: "caught up" });
      const measured = rate(count, startedAt);
      if (archive.progress.archived !== count) throw new Error(`${archive.progress.archived} are archived`);
      return measured;
    },
    close: () => transport.close(),
  };
}

/** The client's own bulk insert, batch after batch, into what `begin` has made. */
export function openBulk(
  begin: (round: number) => Promise<{
    write(batch: readonly ArchiveRow[]): Promise<void>;
    end(): Promise<void>;
  }>,
  close: () => Promise<void>,
): Opened {
  const batches = makeBatches();
  let round = 0;
  return {
    async measure() {
      const { write, end } = await begin(++round);
      const startedAt = performance.now();
      for (const batch of batches) await write(batch);
      const measured = rate(count, startedAt);
      await end();
      return measured;
    },
    close,
  };
}
