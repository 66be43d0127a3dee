/** A process that sends signals, by @attune or by bare ioredis, so that the waiting agents are measured in another one. */
import { setTimeout as sleep } from "node:timers/promises";
import { CoordinationSignals } from "@attune/signals";
import { openTransport } from "@attune/transport";
import type { Setup } from "../harness/figure.ts";
import { serve } from "../harness/remote.ts";
import { openRedis } from "./open-clients.ts";
import { bareSignal, listKeyOf, sampleResult, sender, signalType } from "./sample-signal.ts";
import { monotonicMs } from "./stamp.ts";

export interface OpenSender extends Setup {
  readonly kind: "attune" | "ioredis";
}

export interface SendOrder {
  readonly agents: readonly string[];
  readonly signals: number;
  readonly perSecond: number;
}

type Send = (targetAgent: string, payload: object) => Promise<void>;

let send: Send;

serve({
  async open(setup: OpenSender) {
    send = setup.kind === "attune" ? await attuneSend(setup) : await ioredisSend(setup);
  },

  /** At an even rate, one at a time, each to an agent of its own choice; the payload tells when it was sent. */
  async sendSteadily({ agents, signals, perSecond }: SendOrder) {
    const startedAt = monotonicMs();
    for (let i = 0; i < signals; i++) {
      const wait = startedAt + (i * 1000) / perSecond - monotonicMs();
      if (wait > 0) await sleep(wait);
      const agent = agents[Math.floor(Math.random() * agents.length)]!;
      await send(agent, { ...sampleResult, sentAt: monotonicMs() });
    }
  },
});

async function attuneSend({ url, prefix }: Setup): Promise<Send> {
  const transport = await openTransport(url, { prefix });
  const signals = new CoordinationSignals({ agentId: sender, transport });
  return async (targetAgent, payload) => {
    if ((await signals.signal({ signalType, targetAgent, payload })) === "") throw new Error("not stored");
  };
}

async function ioredisSend(setup: Setup): Promise<Send> {
  const client = await openRedis(setup);
  return async (targetAgent, payload) => {
    await client.lpush(listKeyOf(setup, targetAgent), bareSignal(targetAgent, payload).text);
  };
}
