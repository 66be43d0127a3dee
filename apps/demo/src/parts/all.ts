/** The parts that can have a process of their own, by name; each process loads only its own. */
import { DemonstrationError } from "../demonstration.ts";
import type { Part } from "../processes/part.ts";

/** What goes in and out is what the demonstration that starts it says: it has the part's types. */
type AnyPart = Part<unknown, unknown, unknown, unknown>;

const loaders: Readonly<Record<string, () => Promise<object>>> = {
  "live consumer": async () => (await import("./live-consumer.ts")).liveConsumer,
  "stream reader": async () => (await import("./stream-reader.ts")).streamReader,
  "file agent": async () => (await import("./file-agent.ts")).fileAgent,
  "broadcast agents": async () => (await import("./broadcast-agents.ts")).broadcastAgents,
  "checkpoint agent": async () => (await import("./checkpoint-agent.ts")).checkpointAgent,
  producer: async () => (await import("./producer.ts")).producer,
  consumer: async () => (await import("./consumer.ts")).consumer,
  "file counter": async () => (await import("./file-counter.ts")).fileCounter,
  "barrier worker": async () => (await import("./barrier-worker.ts")).barrierWorker,
  "long worker": async () => (await import("./long-worker.ts")).longWorker,
  collector: async () => (await import("./collector.ts")).collector,
  janitor: async () => (await import("./janitor.ts")).janitor,
  responders: async () => (await import("./responders.ts")).responders,
  "quality reader": async () => (await import("./quality-reader.ts")).qualityReader,
  "beating agents": async () => (await import("./beating-agents.ts")).beatingAgents,
  "second watcher": async () => (await import("./second-watcher.ts")).secondWatcher,
  "audit crew": async () => (await import("./audit-crew.ts")).auditCrew,
};

export const partNames: readonly string[] = Object.keys(loaders);

export async function loadPart(name: string): Promise<AnyPart> {
  const load = loaders[name];
  if (!load) throw new DemonstrationError("there is no part of that name.", 1);
  return (await load()) as AnyPart;
}
