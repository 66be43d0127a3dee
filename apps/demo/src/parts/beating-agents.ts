/** Agents of the heartbeat streaming that live together: each hashes files, beats, and fares in its own way. */
import { AgentIds } from "../agent-ids.ts";
import { BeatingAgent, type BeatTiming } from "../beating-agent.ts";
import { ownFiles } from "../own-files.ts";
import type { Part, Stage } from "../processes/part.ts";
import { isFileError } from "../tree/file-error.ts";
import type { TreeFile } from "../tree/walk-tree.ts";

export const beatingAgentNames = ["steady", "unlucky", "stuck", "doomed"] as const;
export type BeatingAgentName = (typeof beatingAgentNames)[number];

export interface BeatingAgentsInput {
  readonly run: string;
  readonly names: readonly BeatingAgentName[];
  readonly fileCount: number;
  /** Without a beat for so long the doomed one is lost. */
  readonly shortTtlMs: number;
  /** How often the one beats that does not go on for a while. */
  readonly stuckIntervalMs: number;
}

/** What each has told by its beats, in the order of the names: see `BeatingAgent.told`. */
export type Told = readonly (readonly string[])[];

/** Told when somebody has seen the stuck one stall. Ready when the doomed one waits for its end. */
export const beatingAgents: Part<BeatingAgentsInput, Told, "seen", Told> = {
  name: "beating agents",
  async run(stage, input) {
    const files = await ownFiles(input.fileCount);
    const lives = input.names.map((name) => lifeOf[name]({ stage, input, files }));
    return Promise.all(lives);
  },
};

interface Life {
  readonly stage: Stage<"seen", Told>;
  readonly input: BeatingAgentsInput;
  readonly files: readonly TreeFile[];
}

const lifeOf: Readonly<Record<BeatingAgentName, (life: Life) => Promise<readonly string[]>>> = {
  async steady(life) {
    const agent = await start(life, "steady");
    await agent.work(life.files.length);
    await agent.stop(life.stage.ending.aborted ? "cancelled" : "completed");
    return agent.told;
  },

  async unlucky({ files, ...life }) {
    const gone = { path: "gone.ts", location: Buffer.from(`${import.meta.dirname}/gone.ts`) };
    const agent = await start({ ...life, files: files.with(files.length / 2, gone) }, "unlucky");
    try {
      await agent.work(files.length);
      await agent.stop("cancelled");
    } catch (error) {
      if (!isFileError(error)) throw error;
      await agent.stop("failed");
    }
    return agent.told;
  },

  /** Beats all the time, but goes on only when somebody has seen that it does not. */
  async stuck(life) {
    const half = life.files.length / 2;
    const agent = await start(life, "stuck", { intervalMs: life.input.stuckIntervalMs });
    await agent.work(half);
    await life.stage.told;
    await agent.work(half);
    await agent.stop(life.stage.ending.aborted ? "cancelled" : "completed");
    return agent.told;
  },

  async doomed(life) {
    const agent = await start(life, "doomed", { ttlMs: life.input.shortTtlMs });
    await agent.work(life.files.length / 2);
    life.stage.ready([agent.told]);
    // Its process is killed here. Without one of its own it just falls silent.
    await life.stage.told;
    await agent.die();
    return agent.told;
  },
};

async function start(
  { stage, input, files }: Life,
  name: BeatingAgentName,
  timing: BeatTiming = {},
): Promise<BeatingAgent> {
  const { transport, ending } = stage;
  const agentId = new AgentIds(input.run).idOf(name);
  const agent = new BeatingAgent({ transport, agentId, files, timing, ending });
  await agent.start();
  return agent;
}
