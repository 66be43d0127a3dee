/** 100 agents of one process that beat as fast as they are answered. */
import { HeartbeatCoordinator } from "@attune/heartbeat";
import { openTransport } from "@attune/transport";
import { agentIdOf, agentKeyOf, sampleBeat, sampleMetadata } from "../contenders/agent-records.ts";
import { openBareFile } from "../contenders/bare-sqlite.ts";
import { openRedis } from "../contenders/open-clients.ts";
import type { Contender, Figure } from "../harness/figure.ts";
import { rate } from "../harness/statistics.ts";

const agents = 100;
const beatsPerAgent = 200;
const ttlMs = 30_000;

/** Each agent beats, waits for the answer, and beats again. */
async function beatAll(beat: (agent: number, progress: number) => Promise<void>): Promise<{ rate: number }> {
  const startedAt = performance.now();
  const beatOn = async (_: unknown, agent: number) => {
    for (let i = 0; i < beatsPerAgent; i++) await beat(agent, i / beatsPerAgent);
  };
  await Promise.all(Array.from({ length: agents }, beatOn));
  return rate(agents * beatsPerAgent, startedAt);
}

const attune: Contender = {
  name: "attune",
  label: "attune beat",
  async open({ url, prefix }) {
    const transport = await openTransport(url, { prefix });
    const start = async (_: unknown, agent: number) => {
      const coordinator = new HeartbeatCoordinator({ transport, ttlMs });
      await coordinator.startHeartbeat(agentIdOf(agent), { metadata: sampleMetadata });
      return coordinator;
    };
    const coordinators = await Promise.all(Array.from({ length: agents }, start));
    return {
      measure: () =>
        beatAll(async (agent, progress) => {
          const outcome = await coordinators[agent]!.beat({ ...sampleBeat, progress });
          if (outcome !== "recorded") throw new Error(outcome);
        }),
      async close() {
        await Promise.all(coordinators.map((coordinator) => coordinator.close()));
        await transport.close();
      },
    };
  },
};

/** What a program without @attune would write for a beat. */
function bareText(agentId: string, progress: number): string {
  const now = new Date().toISOString();
  return JSON.stringify({
    agent_id: agentId,
    status: "running",
    progress,
    current_task: sampleBeat.currentTask,
    last_beat: now,
    metadata: sampleMetadata,
    display_name: null,
    incarnation: 1,
    last_progress: now,
  });
}

const plain: Contender = {
  name: "plain",
  label: "ioredis SET PX",
  async open(setup) {
    const client = await openRedis(setup);
    return {
      measure: () =>
        beatAll(async (agent, progress) => {
          const agentId = agentIdOf(agent);
          const key = agentKeyOf(setup, `bare-${agentId}`);
          await client.set(key, bareText(agentId, progress), "PX", ttlMs);
        }),
      close: async () => client.disconnect(),
    };
  },
};

const upsert: Contender = {
  name: "upsert",
  label: "node:sqlite INSERT or UPDATE, one by one",
  async open({ folder }) {
    const db = openBareFile(`${folder}/upsert.db`);
    db.exec("CREATE TABLE agent (id TEXT PRIMARY KEY, text TEXT NOT NULL, expires REAL NOT NULL) STRICT");
    const put = db.prepare(
      "INSERT INTO agent (id, text, expires) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET text = ?2, expires = ?3",
    );
    return {
      measure: () =>
        beatAll(async (agent, progress) => {
          const agentId = agentIdOf(agent);
          put.run(agentId, bareText(agentId, progress), Date.now() + ttlMs);
        }),
      close: async () => db.close(),
    };
  },
};

const title = `${agents} agents of one process, each awaiting its beat`;
const metrics = { rate: "beats/s" };

export const beats: Figure = {
  name: "beats",
  title,
  metrics,
  contenders: [attune, plain],
  comparisons: [{ of: "attune", over: "plain", metric: "rate" }],
};

export const sqliteBeats: Figure = {
  name: "sqlite-beats",
  title: `${title}, in a file`,
  store: "sqlite",
  metrics,
  contenders: [attune, upsert],
  comparisons: [{ of: "attune", over: "upsert", metric: "rate" }],
};
