/** Many workflows of one process at the same time: what they take of the store, of its connections, of memory and of time. */
import { once } from "node:events";
import { openTransport, type Transport } from "@attune/transport";
import { createRedisTransport } from "@attune/transport-redis";
import type { WorkflowOptions } from "@attune/workflow";
import { Redis } from "ioredis";
import { openRedis } from "../contenders/open-clients.ts";
import { allFlags, sampleWorkflow } from "../contenders/sample-workflow.ts";
import { restingMemory } from "../contenders/server-memory.ts";
import { usedHeap } from "../contenders/used-heap.ts";
import { connectionsNamed } from "../contenders/waiting-agents.ts";
import type { Contender, Figure, Measurement, Setup, StoreName } from "../harness/figure.ts";
import { sweep } from "../harness/sweep.ts";

const stageMs = 500;
const connectionName = "attune-bench-fleet";

/** What is looked at while all of them are in their second stage. */
type Look = () => Promise<Measurement>;

/** Every second one has sent a signal that is pending, as in the design's estimate of 125 KB for 100. */
async function measureFleet(
  workflows: number,
  transport: Transport | null,
  flags: WorkflowOptions,
  look: Look,
) {
  const before = await usedHeap();
  const going = new EventTarget();
  const goOn = once(going, "go");
  let waiting = 0;
  const allThere = Promise.withResolvers<void>();
  const fleet = Array.from({ length: workflows }, (_, number) =>
    sampleWorkflow(
      {
        stages: 3,
        stageMs,
        async within(stage, context) {
          if (stage !== 1) return;
          if (number % 2 === 0) {
            await context.sendSignal({
              signalType: "task_complete",
              targetAgent: `agent-${number % 10}`,
              payload: { result: "success", files: 12 },
              ttlMs: 300_000,
            });
          }
          if (++waiting === workflows) allThere.resolve();
          await goOn;
        },
      },
      transport,
      flags,
    ),
  );
  const startedAt = performance.now();
  const running = fleet.map((workflow) => workflow.execute(null));
  await allThere.promise;
  const lookedAt = performance.now();
  const seen = await look();
  const heap = (await usedHeap()) - before;
  const lookedFor = performance.now() - lookedAt;
  going.dispatchEvent(new Event("go"));
  const results = await Promise.all(running);
  const ms = performance.now() - startedAt - lookedFor;
  const failed = results.find(({ success }) => !success);
  if (failed) throw failed.error;
  return { ...seen, heap: heap / workflows, beyond: ms - 3 * stageMs };
}

/** With a client of our own only for its name: it is duplicated, and never connects itself. */
const named = ({ url, prefix }: Setup) =>
  createRedisTransport({ client: new Redis(url, { lazyConnect: true, connectionName }), prefix });

function onRedis(workflows: number, name: string, label: string, flags: WorkflowOptions): Contender {
  return {
    name,
    label,
    store: "redis",
    async open(setup) {
      const client = await openRedis(setup);
      return {
        async measure() {
          const transport = await named(setup);
          // The server knows the scripts, and the connections are made, before its memory is looked at.
          await measureFleet(1, transport, flags, async () => ({}));
          await sweep(setup);
          const before = await restingMemory(client);
          const measured = await measureFleet(workflows, transport, flags, async () => ({
            connections: await connectionsNamed(setup, connectionName),
            bytes: (await restingMemory(client)) - before,
          }));
          await transport.close();
          await sweep(setup);
          return measured;
        },
        close: async () => client.disconnect(),
      };
    },
  };
}

function inProcess(
  workflows: number,
  name: string,
  label: string,
  store: StoreName,
  open: (setup: Setup) => Promise<Transport | null>,
): Contender {
  return {
    name,
    label,
    store,
    async open(setup) {
      const transport = await open(setup);
      await measureFleet(1, transport, allFlags, async () => ({}));
      return {
        measure: () => measureFleet(workflows, transport, allFlags, async () => ({})),
        close: async () => transport?.close(),
      };
    },
  };
}

function fleetOf(workflows: number): Figure {
  return {
    name: `workflow-fleet-${workflows}`,
    title: `${workflows} workflows of one process at once, three stages of ${stageMs / 1000} s`,
    metrics: {
      bytes: "bytes",
      connections: "connections",
      heap: "bytes of heap each",
      beyond: "ms beyond the stages",
    },
    maxRounds: 3,
    warmUp: false,
    contenders: [
      onRedis(workflows, "beats", "Redis, heartbeats and signals", {
        enableHeartbeatTracking: true,
        enableCoordination: true,
      }),
      onRedis(workflows, "all", "Redis, all flags", allFlags),
      inProcess(workflows, "sqlite", "a file, all flags", "sqlite", ({ url, prefix }) =>
        openTransport(url, { prefix }),
      ),
      inProcess(workflows, "off", "all flags off", "sqlite", async () => null),
    ],
    comparisons: [],
    bounds: [
      { of: "beats", metric: "bytes", atMost: workflows * 1250 },
      { of: "all", metric: "connections", atMost: 3 },
      { of: "all", metric: "heap", atMost: 11 * 1024, judged: "median" },
    ],
  };
}

export const workflowFleets: readonly Figure[] = [100, 500].map(fleetOf);
