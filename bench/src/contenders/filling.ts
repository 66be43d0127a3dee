/** Many agents, signals or events in a store, for figures that measure what they take. */
import { CoordinationSignals } from "@attune/signals";
import { EventStreamer } from "@attune/streams";
import { openTransport } from "@attune/transport";
import type { Setup } from "../harness/figure.ts";
import { openAgentRecords } from "./agent-records.ts";
import { sampleData } from "./sample-event.ts";
import { sampleResult, sender, signalType } from "./sample-signal.ts";

export const count = 10_000;
const batchSize = 500;
/** Longer than it takes to measure, so that nothing expires meanwhile. */
export const ttlMs = 300_000;

export interface Filling {
  /** Stores the things of these numbers. */
  put(numbers: readonly number[]): Promise<unknown>;
  close(): Promise<void>;
}

export type OpenFilling = (setup: Setup) => Promise<Filling>;

/** Stores things `first` to `end` - 1. */
export async function fill({ put }: Filling, first: number, end: number): Promise<void> {
  for (let at = first; at < end; at += batchSize) {
    await put(Array.from({ length: Math.min(batchSize, end - at) }, (_, i) => at + i));
  }
}

export const attuneAgents: OpenFilling = async (setup) => {
  const agents = await openAgentRecords(setup);
  return {
    put: (numbers) => Promise.all(numbers.map(agents.put)),
    close: agents.close,
  };
};

/** Evenly over so many mailboxes. */
export function attuneSignals(mailboxes: number): OpenFilling {
  return async ({ url, prefix }) => {
    const transport = await openTransport(url, { prefix });
    const signals = new CoordinationSignals({ agentId: sender, transport });
    return {
      async put(numbers) {
        const send = (number: number) =>
          signals.signal({
            signalType,
            targetAgent: `agent-${number % mailboxes}`,
            payload: sampleResult,
            ttlMs,
          });
        if ((await Promise.all(numbers.map(send))).includes("")) throw new Error("not stored");
      },
      close: () => transport.close(),
    };
  };
}

/** 120 bytes of JSON each. */
export const attuneEvents: OpenFilling = async ({ url, prefix }) => {
  const transport = await openTransport(url, { prefix });
  const streamer = new EventStreamer({ transport, maxLength: 2 * count });
  const data = { ...sampleData, current_task: "Running stage: analyze (capable), file 12/400" };
  return {
    async put(numbers) {
      const batch = numbers.map(() => ({ eventType: "event", data }));
      if ((await streamer.publishEvents(batch)).includes("")) throw new Error("not stored");
    },
    close: () => transport.close(),
  };
};
