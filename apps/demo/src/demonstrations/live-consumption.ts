/** Live consumption: a consumer waits, a publisher measures; a break in between loses nothing, silence ends it. */
import { randomUUID } from "node:crypto";
import { type Cursor, EventStreamer } from "@attune/streams";
import type { Demonstration, DemonstrationSetup } from "../demonstration.ts";
import { defineMeasurement, measure } from "../measurement.ts";
import { liveConsumer } from "../parts/live-consumer.ts";
import { pause } from "../pause.ts";
import { Scene } from "../scene.ts";

const sampleMs = 100;
/** Far more than a busy machine takes from one measurement to the next. */
const idleTimeoutMs = 1500;

export const liveConsumption: Demonstration = {
  name: "live-consumption",
  summary: "a consumer waits for events, pauses, resumes from its cursor, and ends when it is quiet",
  options: [],
  run: demonstrate,
};

async function demonstrate(setup: DemonstrationSetup): Promise<number> {
  await using scene = await Scene.open(setup);
  const { transport, parts, steps, ending, interruption } = scene;
  const streamer = new EventStreamer({ transport, source: "live-consumption" });
  // A type of this run alone, taken away at the end: nobody else's stream is touched.
  const measured = defineMeasurement(`demo_measurement_${randomUUID().slice(0, 8)}`);
  const { eventType } = measured;
  const publish = async (first: number, last: number) => {
    for (let number = first; number <= last && !ending.aborted; number++) {
      await pause(sampleMs, ending);
      const id = await streamer.publishEvent(measured, measure(number));
      if (id === "") steps.say(`  ${number} could not be stored`);
    }
  };
  try {
    const consumer = parts.start(liveConsumer, { eventType, from: "now", count: 5 });
    const own = parts.apart ? `its own process, ${process.pid},` : "its own process";
    steps.say(`A consumer in ${consumer.place} waits for ${eventType};`);
    steps.say(`a publisher measures ${own} every ${sampleMs} ms.`);
    await consumer.ready;
    await publish(1, 5);
    const first = await consumer.result;
    if (interruption.aborted) return 130;
    steps.check("five events arrived live", first.seen, oneTo(5));
    if (first.seen.length < 5) return steps.conclude();

    const saved = JSON.stringify(first.cursor);
    const gone = parts.apart ? "The consumer and its process are gone" : "The consumer is gone";
    steps.say(`\n${gone}, its cursor saved: ${saved}\nFive more are published meanwhile.`);
    await publish(6, 10);

    const from = JSON.parse(saved) as Cursor;
    const next = parts.start(liveConsumer, { eventType, from, idleTimeoutMs });
    steps.say(`\nA new consumer in ${next.place} resumes from the saved cursor; the publisher goes on.`);
    await next.ready;
    await publish(11, 15);
    const { seen, quietMs } = await next.result;
    if (interruption.aborted) return 130;
    steps.say(
      `  (ended by itself after ${quietMs.toFixed(0)} ms of silence; idleTimeoutMs is ${idleTimeoutMs})`,
    );
    // A timer may fire a little early by the other clock.
    steps.check("silence ended the consumer", quietMs >= idleTimeoutMs - 5 && !ending.aborted, true);
    steps.check("every event arrived exactly once, in order", [...first.seen, ...seen], oneTo(15));
    return steps.conclude();
  } finally {
    await streamer.deleteStream(eventType);
  }
}

function oneTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
