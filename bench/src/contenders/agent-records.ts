/** Many agents in the store: one is written by HeartbeatCoordinator, the others are written after it. */
import { HeartbeatCoordinator, type WireHeartbeat } from "@attune/heartbeat";
import {
  openTransport,
  type PutRequest,
  randomToken,
  type Transport,
  transportWith,
} from "@attune/transport";
import type { Setup } from "../harness/figure.ts";

const bucket = "heartbeat";
/** Longer than any figure takes: agents do not come and go while they are measured. */
export const leaseMs = 3_600_000;
const batchSize = 500;

export const sampleMetadata = { workflow: "code-review", run_id: "run-20261122-0001", stages: 3 };
export const sampleBeat = { progress: 0.5, currentTask: "Running stage: analyze (capable)" } as const;

export function agentIdOf(number: number): string {
  return `agent-${number}`;
}

/** The key at which people and other programs find an agent: @attune's, and the only one of the Python original. */
export function agentKeyOf({ prefix }: Setup, agentId: string): string {
  return `${prefix}${bucket}:${agentId}`;
}

export interface AgentRecords {
  /** The JSON of an agent, as HeartbeatCoordinator shows it. */
  text(number: number): string;
  put(number: number): Promise<void>;
  close(): Promise<void>;
}

export async function openAgentRecords({ url, prefix }: Setup): Promise<AgentRecords> {
  const transport = await openTransport(url, { prefix });
  const { records } = transport;
  const { value, visible } = await sampleRecord(transport);
  const wire = JSON.parse(visible!) as WireHeartbeat;
  const text = (number: number) => JSON.stringify({ ...wire, agent_id: agentIdOf(number) });
  return {
    text,
    async put(number) {
      const { stored } = await records.put({
        bucket,
        key: agentIdOf(number),
        value,
        leaseMs,
        keepMs: leaseMs,
        condition: { holder: randomToken() },
        visible: text(number),
      });
      if (!stored) throw new Error("not stored");
    },
    close: () => transport.close(),
  };
}

/** What HeartbeatCoordinator puts for an agent, seen on its way into the store, where nothing of it is left. */
async function sampleRecord(transport: Transport): Promise<PutRequest> {
  const { records } = transport;
  let latest: PutRequest | undefined;
  const seen = transportWith(transport, {
    records: {
      ...records,
      put(request) {
        latest = request;
        return records.put(request);
      },
    },
  });
  const coordinator = new HeartbeatCoordinator({ transport: seen });
  await coordinator.startHeartbeat("sample", { metadata: sampleMetadata, displayName: "Reviewer" });
  await coordinator.beat(sampleBeat);
  await coordinator.close();
  await records.delete(bucket, "sample");
  return latest!;
}

/** Puts agents 0 to `count` - 1, many at a time. */
export async function fillAgents(setup: Setup, count: number): Promise<void> {
  const agents = await openAgentRecords(setup);
  try {
    for (let first = 0; first < count; first += batchSize) {
      const size = Math.min(batchSize, count - first);
      await Promise.all(Array.from({ length: size }, (_, i) => agents.put(first + i)));
    }
  } finally {
    await agents.close();
  }
}
