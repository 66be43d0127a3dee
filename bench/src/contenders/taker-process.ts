/** A process with several takers of one agent's signals, by @attune or by bare ioredis: which of them gets a signal is open. */
import { CoordinationSignals } from "@attune/signals";
import { openTransport } from "@attune/transport";
import type { Setup } from "../harness/figure.ts";
import { serve } from "../harness/remote.ts";
import { openRedis } from "./open-clients.ts";
import { listKeyOf } from "./sample-signal.ts";
import { monotonicMs } from "./stamp.ts";

export interface OpenTakers extends Setup {
  readonly kind: "attune" | "ioredis";
  readonly agent: string;
  readonly takers: number;
}

export interface Taken {
  readonly signalIds: readonly string[];
  /** When the last one came; 0: none did. */
  readonly lastAt: number;
}

/** Waits for a signal; `null` once there is no more waiting. */
type Take = () => Promise<string | null>;

let takes: readonly Take[];
let ending: AbortController;
let taking: Promise<unknown>;
let signalIds: string[];
let lastAt: number;

serve({
  async open(setup: OpenTakers) {
    takes = setup.kind === "attune" ? await attuneTakes(setup) : await ioredisTakes(setup);
  },

  async start() {
    ending = new AbortController();
    signalIds = [];
    lastAt = 0;
    const takeAll = async (take: Take) => {
      for (;;) {
        const signalId = await take();
        if (signalId === null) return;
        lastAt = monotonicMs();
        signalIds.push(signalId);
      }
    };
    taking = Promise.all(takes.map(takeAll));
  },

  count: async () => signalIds.length,

  /** Whoever waits stops waiting; what was taken at the last moment is counted. */
  async stop(): Promise<Taken> {
    ending.abort();
    await taking;
    return { signalIds, lastAt };
  },
});

async function attuneTakes({ url, prefix, agent, takers }: OpenTakers): Promise<Take[]> {
  const transport = await openTransport(url, { prefix });
  return Array.from({ length: takers }, () => {
    const signals = new CoordinationSignals({ agentId: agent, transport });
    return async () => {
      const { signal } = ending;
      const received = await signals.waitForSignal({ timeoutMs: Number.POSITIVE_INFINITY, signal });
      return received?.signalId ?? null;
    };
  });
}

async function ioredisTakes(setup: OpenTakers): Promise<Take[]> {
  const clients = await Promise.all(Array.from({ length: setup.takers }, () => openRedis(setup)));
  return clients.map((client) => async () => {
    while (!ending.signal.aborted) {
      const reply = await client.blpop(listKeyOf(setup, setup.agent), 0.2);
      if (reply) return (JSON.parse(reply[1]) as { signal_id: string }).signal_id;
    }
    return null;
  });
}
