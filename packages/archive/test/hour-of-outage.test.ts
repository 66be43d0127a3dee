/** A sink that is away for an hour of the clock, while events are published and their stream is trimmed. */
import { EventStreamer } from "@attune/streams";
import { manualClock } from "@attune/transport-conformance";
import { createMemoryTransport, MemoryStore } from "@attune/transport-memory";
import { loggerInto, until } from "@attune-tools/every-store";
import { expect, it, onTestFinished } from "vitest";
import { Archive, type ArchiveOptions } from "../src/index.ts";
import { sinkUnavailable } from "../src/sink-errors.ts";
import { numbersOf, upTo } from "./support/on-memory.ts";
import { ScriptedSink } from "./support/scripted-sink.ts";

const awayMs = 3_600_000;
const stepMs = 5000;
const perStep = 50;
const publishedMeanwhile = (awayMs / stepMs) * perStep;
/** Of the stream, as its publisher wants it. */
const maxLength = 1000;
/** Of a batch: one waits to be written, and one behind it. */
const count = 100;

const away = 'attune: Archive "archive": The sink is away. Events wait until it works again.';
const back = 'attune: Archive "archive": the sink at memory works again.';

it.each<{ what: string; archiveBeforeTrim?: ArchiveOptions["archiveBeforeTrim"]; retained: number }>([
  { what: "trimmed all the time", retained: maxLength },
  // Many times as long as the hold would last if it was not renewed.
  {
    what: "held until it is as long as it may be",
    archiveBeforeTrim: { keep: count, maxLength: 20_000 },
    retained: 20_000,
  },
  {
    what: "held all the time",
    archiveBeforeTrim: { keep: count, maxLength: 50_000 },
    retained: publishedMeanwhile,
  },
])(
  "a stream that is $what: what it retains is archived, what is gone is told with its exact number",
  async ({ archiveBeforeTrim, retained }) => {
    const clock = manualClock();
    const warnings: string[] = [];
    const logger = loggerInto(warnings);
    const transport = await createMemoryTransport({ store: new MemoryStore({ clock }), clock, logger });
    onTestFinished(() => transport.close());
    const streamer = new EventStreamer({ transport, maxLength });
    const sink = new ScriptedSink();
    const archiving = new Archive({
      transport,
      sink,
      batch: { count, waitMs: 1000 },
      closeTimeoutMs: 0,
      ...(archiveBeforeTrim && { archiveBeforeTrim }),
    });
    onTestFinished(() => archiving.close());
    const running = archiving.run();
    await until("it has begun", () => sink.store.positions.size === 1);

    let published = 0;
    let mostWaiting = 0;
    /** Some seconds of the clock, with what is published in them. */
    const step = async (events: number) => {
      if (events > 0) {
        const batch = Array.from({ length: events }, () => ({ eventType: "step", data: { n: ++published } }));
        expect(await streamer.publishEvents(batch)).not.toContain("");
      }
      await clock.advance(stepMs);
      mostWaiting = Math.max(mostWaiting, archiving.progress.waiting);
    };
    const dealtWith = () => archiving.progress.archived + archiving.progress.missed;

    await step(10);
    await until("it archives", async () => {
      await step(0);
      return dealtWith() === published;
    });
    sink.failure = sinkUnavailable("The sink is away");
    for (let ms = 0; ms < awayMs; ms += stepMs) await step(perStep);
    expect(archiving.progress).toMatchObject({ status: "waiting for the sink", archived: 10, missed: 0 });
    // Pauses of 15 to 30 s, after some short ones.
    expect(archiving.progress.retries).toBeGreaterThan(awayMs / 30_000);
    expect(archiving.progress.retries).toBeLessThan(awayMs / 15_000 + 20);

    const stream = (
      await transport.streams.range({ eventType: "step", count: 100_000, newestFirst: false })
    ).map(({ data }) => JSON.parse(data!).n as number);
    expect(stream.length).toBeGreaterThanOrEqual(retained);
    expect(stream.length).toBeLessThan(retained + count);
    expect(stream.at(-1)).toBe(published);
    sink.failure = undefined;
    await until("it has caught up", async () => {
      await step(0);
      return dealtWith() >= published;
    });

    const rows = numbersOf(sink.rows);
    // What was received before anything was trimmed, and then what the stream retained.
    const received = rows.slice(0, rows.indexOf(stream[0]!));
    expect(received).toEqual(upTo(received.length));
    expect(rows.slice(received.length)).toEqual(stream);
    const gone = stream[0]! - 1 - received.length;
    expect(archiving.progress.missed).toBe(gone);
    expect(mostWaiting).toBeGreaterThan(0);
    expect(mostWaiting).toBeLessThanOrEqual(2 * count);
    const gap = `attune: Archive "archive": ${gone} events of "step" were gone before they could be archived: the stream was trimmed.`;
    expect(warnings).toEqual(retained === publishedMeanwhile ? [away, back] : [away, back, gap]);

    const closing = archiving.close();
    await clock.advance(stepMs);
    await closing;
    await running;
  },
);
