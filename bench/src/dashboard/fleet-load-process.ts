/** A fleet in a process of its own: agents that beat each second, spread over it, and events in small batches. */
import { HeartbeatCoordinator } from "@attune/heartbeat";
import type { EventStreamer } from "@attune/streams";
import { agentIdOf, sampleMetadata } from "../contenders/agent-records.ts";
import { openStreamer } from "../contenders/open-clients.ts";
import type { Setup } from "../harness/figure.ts";
import { serve } from "../harness/remote.ts";
import {
  agents,
  eventsPerSecond,
  type LoadRates,
  markOf,
  type PublishedEvents,
  type SentBatch,
} from "./fleet-load.ts";

const everyMs = 10;
const perBatch = 10;
const startedAtOnce = 500;
/** Whoever is further behind leaves out what he has not done. */
const mostBehindMs = 1000;
const eventTypes = ["tool_call", "file_read", "review_comment", "test_run", "token_usage"];

let streamer: EventStreamer;
let coordinators: HeartbeatCoordinator[] = [];
let beats = 0;
let events = 0;
let countedSince = performance.now();

let next = 0;
let unsure = 0;
const batches: SentBatch[] = [];
const underWay = new Set<Promise<void>>();
let stopPublishing = () => {};

serve({
  async start(setup: Setup) {
    const opened = await openStreamer(setup);
    streamer = opened.streamer;
    coordinators = Array.from({ length: agents }, () => new HeartbeatCoordinator(opened));
    for (let first = 0; first < agents; first += startedAtOnce) {
      await Promise.all(coordinators.slice(first, first + startedAtOnce).map(startAgent(first)));
    }
    steadily(agents, (count, from) => {
      for (let i = 0; i < count; i++) beat(from + i);
    });
  },

  async publish() {
    stopPublishing = steadily(
      eventsPerSecond,
      (count) => {
        for (let i = 0; i < count; i += perBatch) publishBatch();
      },
      perBatch,
    );
  },

  async rates(): Promise<LoadRates> {
    const seconds = (performance.now() - countedSince) / 1000;
    const rates = { beatsPerSecond: beats / seconds, eventsPerSecond: events / seconds };
    beats = 0;
    events = 0;
    countedSince = performance.now();
    return rates;
  },

  async endPublishing(): Promise<PublishedEvents> {
    stopPublishing();
    await Promise.all(underWay);
    return { count: next, unsure, batches };
  },
});

function startAgent(first: number) {
  return (coordinator: HeartbeatCoordinator, i: number) =>
    coordinator.startHeartbeat(agentIdOf(first + i), {
      metadata: { ...sampleMetadata, workflow: `workflow-${(first + i) % 40}` },
    });
}

/** Calls `work` with how many are due, in multiples of `multiple`, so that `perSecond` are done. The result ends it. */
function steadily(perSecond: number, work: (count: number, from: number) => void, multiple = 1): () => void {
  let startedAt = performance.now();
  let done = 0;
  const timer = setInterval(() => {
    const behindMs = performance.now() - startedAt - (done * 1000) / perSecond;
    if (behindMs > mostBehindMs) startedAt += behindMs;
    const due = Math.floor(((performance.now() - startedAt) / 1000) * perSecond) - done;
    const count = due - (due % multiple);
    if (count <= 0) return;
    work(count, done);
    done += count;
  }, everyMs);
  return () => clearInterval(timer);
}

function beat(number: number): void {
  const round = Math.floor(number / agents);
  const index = number % agents;
  const progress = ((round * 3 + index * 7) % 100) / 100;
  coordinators[index]!.beat({ progress, currentTask: `step ${round} of the analysis` }).then((outcome) => {
    if (outcome === "recorded") beats += 1;
  });
}

function publishBatch(): void {
  const first = next;
  const sentAt = Date.now();
  next += perBatch;
  batches.push([first, sentAt]);
  const batch = Array.from({ length: perBatch }, (_, i) => eventOf(first + i, sentAt));
  const publishing = streamer.publishEvents(batch).then((ids) => {
    const stored = ids.filter((id) => id !== "").length;
    events += stored;
    unsure += ids.length - stored;
    underWay.delete(publishing);
  });
  underWay.add(publishing);
}

/** About 200 bytes of data. */
function eventOf(number: number, sentAt: number) {
  const agentId = agentIdOf(number % agents);
  return {
    eventType: eventTypes[number % eventTypes.length]!,
    source: agentId,
    data: {
      mark: markOf(number, sentAt),
      agent_id: agentId,
      file: `packages/streams/src/file-${number % 97}.ts`,
      lines: number % 1000,
      cost_usd: 0.0125,
      note: "reads what is there, and says what it thinks of it",
    },
  };
}
