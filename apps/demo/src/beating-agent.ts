/** An agent of the heartbeat demonstration: it hashes files, beats, and remembers what it has told. */
import {
  type BeatOutcome,
  type FinalStatus,
  HeartbeatCoordinator,
  type HeartbeatCoordinatorOptions,
} from "@attune/heartbeat";
import type { Transport } from "@attune/transport";
import { pause } from "./pause.ts";
import { hashFile } from "./tree/hash-file.ts";
import type { TreeFile } from "./tree/walk-tree.ts";

export type BeatTiming = Pick<HeartbeatCoordinatorOptions, "ttlMs" | "intervalMs">;

export interface BeatingAgentSetup {
  readonly transport: Transport;
  readonly agentId: string;
  readonly files: readonly TreeFile[];
  readonly timing: BeatTiming;
  readonly ending: AbortSignal;
}

/** Slow enough to be watched. */
const paceMs = 80;

export class BeatingAgent {
  /** Every beat that was recorded, as `describeBeat` puts it; those that it sends by itself only repeat the last one. */
  readonly told: string[] = [];
  readonly #setup: BeatingAgentSetup;
  readonly #coordinator: HeartbeatCoordinator;
  #hashed = 0;
  #task = "initializing";

  constructor(setup: BeatingAgentSetup) {
    const { transport, timing } = setup;
    this.#setup = setup;
    this.#coordinator = new HeartbeatCoordinator({ ...timing, transport, enableStreaming: true });
  }

  async start(): Promise<void> {
    const { agentId } = this.#setup;
    this.#note("starting", 0, await this.#coordinator.startHeartbeat(agentId));
  }

  /** Hashes so many more of its files, and beats for each. Rejects when one cannot be read. */
  async work(count: number): Promise<void> {
    const { files, ending } = this.#setup;
    for (const file of files.slice(this.#hashed, this.#hashed + count)) {
      if (ending.aborted) return;
      await hashFile(file);
      this.#hashed += 1;
      this.#task = file.path;
      const progress = this.#hashed / files.length;
      this.#note("running", progress, await this.#coordinator.beat({ progress, currentTask: file.path }));
      await pause(paceMs, ending);
    }
  }

  async stop(status: FinalStatus): Promise<void> {
    const progress = status === "completed" ? 1 : this.#hashed / this.#setup.files.length;
    this.#note(status, progress, await this.#coordinator.stopHeartbeat(status));
    await this.#coordinator.close();
  }

  /** No more beats and no last word, as if its process had been killed. */
  die(): Promise<void> {
    return this.#coordinator.close();
  }

  #note(status: string, progress: number, outcome: BeatOutcome): void {
    if (outcome === "recorded") this.told.push(describeBeat(status, progress, this.#task));
  }
}

export function describeBeat(status: string, progress: number, task: string): string {
  return `${status.padEnd(9)} ${String(Math.floor(progress * 100)).padStart(3)} %  ${task}`;
}
