/** The life of one agent of an audit: it waits until it is told to begin, works, and says how it ended. */
import type { EventStreamer } from "@attune/streams";
import type { TreeFile } from "../tree/walk-tree.ts";
import type { Agent } from "./agent.ts";
import { AgentContact, type AgentContactSetup } from "./agent-contact.ts";
import { AgentPublisher } from "./agent-publisher.ts";
import { shortened } from "./shortened.ts";

export interface AgentRunSetup extends Omit<AgentContactSetup, "name"> {
  readonly streamer: EventStreamer;
  /** Waited for when it begins. */
  readonly files: Promise<readonly TreeFile[]>;
  /** Nobody will tell it to begin. */
  readonly notStarted: AbortSignal;
  /** Stops it when the orchestrator's abort does not reach it. */
  readonly stopped: AbortSignal;
}

/** Resolves however it ended. */
export async function runAgent(agent: Agent, setup: AgentRunSetup): Promise<void> {
  const { streamer, ledger, runId, files, notStarted, stopped } = setup;
  await using contact = new AgentContact({ ...setup, name: agent.id });
  const beat = (progress: number, task: string) => contact.beat(progress, task);
  const publisher = new AgentPublisher({ streamer, ledger, runId, agentId: agent.id, beat });
  const signal = AbortSignal.any([contact.aborted, stopped]);
  await contact.open();
  try {
    const started = await contact.waitForStart(AbortSignal.any([signal, notStarted]));
    signal.throwIfAborted();
    if (!started) throw new Error("the signal to start did not come");
    await publisher.progress(0, "starting");
    const report = await agent.run({ files: await files, publisher, signal });
    await publisher.report(report);
    await publisher.ended("completed");
    await contact.done({ headline: report.headline });
  } catch (error) {
    // One agent's failure is told and does not stop the others.
    const status = signal.aborted ? "cancelled" : "failed";
    if (status === "failed") await publisher.failed(error);
    await publisher.ended(status);
    await contact.failed({ status, reason: shortened(String(error), 500) });
  }
}
