/** Stream management: publish in batches, look back, replay, trim, delete; every step is checked. */
import { randomUUID } from "node:crypto";
import { EventStreamer } from "@attune/streams";
import type { Demonstration, DemonstrationSetup } from "../demonstration.ts";
import { defineMeasurement, measure } from "../measurement.ts";
import { numberOf, streamReader } from "../parts/stream-reader.ts";
import { Scene } from "../scene.ts";
import type { Steps } from "../steps.ts";

export const streamManagement: Demonstration = {
  name: "stream-management",
  summary: "publishes batches, looks back, replays, trims and deletes, and checks each step",
  options: [],
  run: demonstrate,
};

async function demonstrate(setup: DemonstrationSetup): Promise<number> {
  await using scene = await Scene.open(setup);
  const streamer = new EventStreamer({ transport: scene.transport, source: "stream-management" });
  const run = randomUUID().slice(0, 8);
  // Types of this run alone: nobody else's streams are touched.
  const types = [`demo_morning_${run}`, `demo_evening_${run}`] as const;
  try {
    const ids = await publishBatches(streamer, scene.steps, types);
    await lookBack(scene, ids, types);
    if (scene.interruption.aborted) return 130;
    await trimAndDelete(streamer, scene.steps, types);
    return scene.steps.conclude();
  } finally {
    for (const type of types) await streamer.deleteStream(type);
  }
}

type Types = readonly [string, string];

/** Gives the ids of the first batch. */
async function publishBatches(
  streamer: EventStreamer,
  steps: Steps,
  [morning, evening]: Types,
): Promise<readonly string[]> {
  steps.say(`publishEvents: 15 events of ${morning} in one round trip, then 5 of ${evening}`);
  const batch = (eventType: string, count: number) =>
    Array.from({ length: count }, (_, index) => ({
      eventType: defineMeasurement(eventType),
      data: measure(index + 1),
    }));
  const ids = await streamer.publishEvents(batch(morning, 15));
  const later = await streamer.publishEvents(batch(evening, 5));
  steps.check("every event got an id", [...ids, ...later].filter((id) => id !== "").length, 20);
  return ids;
}

async function lookBack({ parts, steps }: Scene, ids: readonly string[], types: Types): Promise<void> {
  const [morning, evening] = types;
  const reader = parts.start(streamReader, { first: morning, second: evening });
  const { info, recent, replayed, listed } = await reader.result;

  steps.say(`getStreamInfo in ${reader.place}: ${morning}`);
  const bytes = info?.bytes == null ? "of a size the store does not tell" : `of ${info.bytes} bytes`;
  steps.say(`        ${info?.length} events ${bytes}, the newest ${info?.newestAt.toISOString()}`);
  steps.check(
    "it holds 15 events, from the first id to the last",
    [info?.length, info?.oldestId, info?.newestId],
    [15, ids[0], ids[14]],
  );

  steps.say(`getRecentEvents in ${reader.place}: the newest 3`);
  steps.check("newest first", recent, [15, 14, 13]);

  steps.say(`replayEvents in ${reader.place}: both types, merged by id`);
  const numbersOf = (type: string) =>
    replayed.filter(({ eventType }) => eventType === type).map(({ number }) => number);
  steps.check("all 15 of the first, oldest first", numbersOf(morning), oneTo(15));
  steps.check("all 5 of the second, oldest first", numbersOf(evening), oneTo(5));

  steps.say(`listEventTypes in ${reader.place}`);
  steps.check("both are listed", listed, [evening, morning].sort());
}

async function trimAndDelete(
  streamer: EventStreamer,
  steps: Steps,
  [morning, evening]: Types,
): Promise<void> {
  steps.say(`trimStream: ${morning} to 10`);
  steps.check("exactly 5 went", await streamer.trimStream(morning, 10), 5);
  const kept = await streamer.getRecentEvents(morning);
  steps.check("the newest 10 are left", kept.map(numberOf), oneTo(15).slice(5).reverse());

  steps.say("deleteStream: both");
  steps.check("the first was there", await streamer.deleteStream(morning), true);
  steps.check("the second was there", await streamer.deleteStream(evening), true);
  steps.check("a second time there is nothing to delete", await streamer.deleteStream(morning), false);
  steps.check("its info is gone", await streamer.getStreamInfo(morning), null);
  const left = (await streamer.listEventTypes()).filter((type) => type === morning || type === evening);
  steps.check("neither is listed any more", left, []);
}

function oneTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
