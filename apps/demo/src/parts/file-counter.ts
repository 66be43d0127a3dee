/** One worker of a group: it counts what is in the files that fall to it. */
import { EventStreamer, type StreamEvent } from "@attune/streams";
import { silentLogger } from "@attune/transport";
import { type CountingProgress, countFile, defineCounting } from "../counting.ts";
import { pause } from "../pause.ts";
import type { Part, Stage } from "../processes/part.ts";

export interface FileCounterInput {
  readonly run: string;
  readonly group: string;
  readonly worker: string;
  readonly minIdleMs: number;
  readonly maxDeliveries: number;
  /** How long it looks at each file, so that people can watch. */
  readonly jobMs: number;
  /** It never finishes the first new job that it begins after so many. */
  readonly hangsAfter?: number;
}

/** It is ready when nothing that is published from then on passes its group by. It ends when it is told to. */
export const fileCounter: Part<FileCounterInput, void, "end"> = { name: "file counter", run: work };

async function work({ transport, ready, told, ending }: Stage<"end">, input: FileCounterInput) {
  const { run, group, worker, minIdleMs, maxDeliveries, jobMs, hangsAfter } = input;
  const { job, progress } = defineCounting(run);
  // What it gives up is followed as an event; the demonstration says itself when the store is away.
  const streamer = new EventStreamer({ transport, source: worker, logger: silentLogger });
  const consumer = streamer.consumeGroup({
    group,
    consumer: worker,
    eventTypes: [job],
    minIdleMs,
    maxDeliveries,
    // Who never ends is not waited for.
    drainTimeoutMs: hangsAfter === undefined ? 5000 : 0,
    signal: ending,
  });
  const tell = async (
    event: JobEvent,
    more: Partial<CountingProgress> & Pick<CountingProgress, "status">,
  ) => {
    const { eventId, deliveryCount, data } = event;
    const said = { worker, file: data.file, job_id: eventId, delivery: deliveryCount, ...more };
    // Its effect: whoever counts a file a second time stores nothing, and is told the first one's id.
    const once = more.status === "counted" ? { idempotencyKey: `${run} ${eventId}` } : {};
    if ((await streamer.publishEvent(progress, said, once)) === "") throw new Error("the store is away");
  };
  let begun = 0;
  const running = consumer.run(async (event) => {
    if (!event.valid) throw new Error(event.invalidReason);
    await tell(event, { status: "begun" });
    if (++begun > (hangsAfter ?? Number.POSITIVE_INFINITY) && event.deliveryCount === 1)
      await new Promise(() => {});
    await pause(jobMs, ending);
    try {
      await tell(event, { status: "counted", ...(await countFile(event.data.path)) });
    } catch (error) {
      await tell(event, { status: "failed", error: String(error) });
      throw error; // tried again, and in the end a dead letter
    }
  });
  consumer.ready.then(ready, () => {}); // what ends it before ends the work as well
  await Promise.race([told, running]);
  await consumer.close();
}

type JobEvent = Pick<StreamEvent, "eventId"> & {
  readonly deliveryCount: number;
  readonly data: { readonly file: string };
};
