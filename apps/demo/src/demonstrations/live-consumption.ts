/** Live consumption: a consumer waits, a publisher measures; a break in between loses nothing, silence ends it. */
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { type Cursor, EventStreamer } from "@attune/streams";
import { inBytes } from "../agents/wording.ts";
import type { Demonstration, DemonstrationSetup } from "../demonstration.ts";
import { defineMeasurement, type Measurement, measure, preciseNow } from "../measurement.ts";
import { openStore } from "../open-store.ts";
import { Steps } from "../steps.ts";

const sampleMs = 100;
const idleTimeoutMs = 600;
/** Whatever the store does, it is over by then. */
const deadlineMs = 20_000;

export const liveConsumption: Demonstration = {
  name: "live-consumption",
  summary: "a consumer waits for events, pauses, resumes from its cursor, and ends when it is quiet",
  options: [],
  run: demonstrate,
};

async function demonstrate({ url, stdout, signal }: DemonstrationSetup): Promise<number> {
  await using transport = await openStore(url);
  const streamer = new EventStreamer({ transport, source: "live-consumption" });
  // A type of this run alone, taken away at the end: nobody else's stream is touched.
  const measured = defineMeasurement(`demo_measurement_${randomUUID().slice(0, 8)}`);
  const scene: Scene = {
    streamer,
    measured,
    steps: new Steps((line) => void stdout.write(`${line}\n`)),
    ending: AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]),
    seen: [],
  };
  try {
    const { steps, seen } = scene;
    steps.say(
      `A consumer waits for ${measured.eventType}; a publisher measures this process every ${sampleMs} ms.`,
    );
    const saved = await consumeFive(scene);
    steps.check("five events arrived live", seen, oneTo(5));
    if (saved === undefined) return steps.conclude();

    steps.say(`\nThe consumer is gone, its cursor saved: ${saved}\nFive more are published meanwhile.`);
    await publish(scene, 6, 10);
    steps.check("nothing was delivered to nobody", seen.length, 5);

    steps.say("\nA new consumer resumes from the saved cursor while the publisher goes on.");
    await resume(scene, JSON.parse(saved) as Cursor);
    steps.check("every event arrived exactly once, in order", seen, oneTo(15));
    return steps.conclude();
  } finally {
    await streamer.deleteStream(measured.eventType);
  }
}

interface Scene {
  readonly streamer: EventStreamer;
  readonly measured: ReturnType<typeof defineMeasurement>;
  readonly steps: Steps;
  readonly ending: AbortSignal;
  /** The numbers of the events that arrived. */
  readonly seen: number[];
}

async function publish(
  { streamer, measured, steps, ending }: Scene,
  first: number,
  last: number,
): Promise<void> {
  for (let number = first; number <= last && !ending.aborted; number++) {
    await delay(sampleMs);
    const id = await streamer.publishEvent(measured, measure(number));
    if (id === "") steps.say(`  ${number} could not be stored`);
  }
}

/** Gives the consumer's cursor after five events, as text: what a program would write to a file. */
async function consumeFive(scene: Scene): Promise<string | undefined> {
  const { streamer, measured, ending, seen } = scene;
  await using consumer = streamer.consumeEvents({ eventTypes: [measured], signal: ending });
  await consumer.ready;
  const publishing = publish(scene, 1, 5);
  for await (const event of consumer) {
    if (event.valid) show(scene, event.data);
    if (seen.length === 5) break;
  }
  await publishing;
  return seen.length === 5 ? JSON.stringify(consumer.cursor) : undefined;
}

async function resume(scene: Scene, from: Cursor): Promise<void> {
  const { streamer, measured, steps, ending } = scene;
  const consumer = streamer.consumeEvents({ eventTypes: [measured], from, idleTimeoutMs, signal: ending });
  const publishing = publish(scene, 11, 15);
  let lastAt = preciseNow();
  for await (const event of consumer) {
    if (event.valid) show(scene, event.data);
    lastAt = preciseNow();
  }
  const quietMs = preciseNow() - lastAt;
  await publishing;
  steps.say(
    `  (ended by itself after ${quietMs.toFixed(0)} ms of silence; idleTimeoutMs is ${idleTimeoutMs})`,
  );
  // A timer may fire a little early by the other clock.
  steps.check("silence ended the consumer", quietMs >= idleTimeoutMs - 5 && !ending.aborted, true);
}

function show({ steps, seen }: Scene, { number, ...measurement }: Measurement): void {
  seen.push(number);
  steps.say(`  ${String(number).padStart(2)}  ${describe(measurement)}`);
}

function describe(measurement: Omit<Measurement, "number">): string {
  const { measured_at_ms, heap_bytes, resident_bytes, free_bytes, load, processors } = measurement;
  const latency = preciseNow() - measured_at_ms;
  return [
    `${latency.toFixed(2).padStart(8)} ms after it was measured`,
    `heap ${inBytes(heap_bytes)} of ${inBytes(resident_bytes)}`,
    `free ${inBytes(free_bytes)}`,
    `load ${load.toFixed(2)} on ${processors}`,
  ].join(", ");
}

function oneTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
