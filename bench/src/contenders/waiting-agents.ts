/** Many agents of one process that wait for signals: @attune's share two connections or a file, bare ones have a connection each. */
import { CoordinationSignals } from "@attune/signals";
import { openTransport, type Transport } from "@attune/transport";
import { createRedisTransport } from "@attune/transport-redis";
import { Redis } from "ioredis";
import type { Setup } from "../harness/figure.ts";
import { openRedis } from "./open-clients.ts";
import { listKeyOf, signalType } from "./sample-signal.ts";

/** Called with the payload of each signal that an agent has got. */
export type Look<Payload> = (payload: Payload) => void;

export interface WaitingAgents {
  /** From now on each agent waits, gets a signal, and waits again. Resolves once all of them wait. */
  start<Payload>(look: Look<Payload>): Promise<void>;
  /** Nobody waits any more: what waits costs something, and others are to be measured now. */
  stop(): Promise<void>;
  /** How many connections the server has from these agents, while they wait. `undefined`: there is no server. */
  connections(): Promise<number | undefined>;
  close(): Promise<void>;
}

export type OpenWaitingAgents = (setup: Setup, agents: readonly string[]) => Promise<WaitingAgents>;

export const attuneAgents: OpenWaitingAgents = async (setup, agents) => {
  const onServer = !setup.url.startsWith("sqlite:");
  const transport = onServer
    ? await openNamed(setup, agents[0]!)
    : await openTransport(setup.url, { prefix: setup.prefix });
  const mailboxes = agents.map((agentId) => new CoordinationSignals({ agentId, transport }));
  let ending = new AbortController();
  let waiting: Promise<unknown> = Promise.resolve();
  return {
    async start(look) {
      ending = new AbortController();
      const { signal } = ending;
      let strangers = mailboxes.length;
      const greeted = Promise.withResolvers<void>();
      const wait = async (mailbox: CoordinationSignals) => {
        for (;;) {
          const received = await mailbox.waitForSignal({ timeoutMs: Number.POSITIVE_INFINITY, signal });
          if (!received) return;
          if (received.signalType === signalType) look(received.payload as never);
          else if (--strangers === 0) greeted.resolve();
        }
      };
      waiting = Promise.all(mailboxes.map(wait));
      const greet = (targetAgent: string) => mailboxes[0]!.signal({ signalType: "hello", targetAgent });
      await Promise.all(agents.map(greet));
      await greeted.promise;
      // Behind everything that has been sent: whoever has got the greeting has looked again.
      await mailboxes[0]!.getPendingSignals();
    },
    async stop() {
      ending.abort();
      await waiting;
    },
    connections: async () => (onServer ? connectionsNamed(setup, agents[0]!) : undefined),
    close: () => transport.close(),
  };
};

/** With a client of our own only for its name: it is duplicated, and never connects itself. */
function openNamed({ url, prefix }: Setup, connectionName: string): Promise<Transport> {
  return createRedisTransport({ client: new Redis(url, { lazyConnect: true, connectionName }), prefix });
}

export const ioredisAgents: OpenWaitingAgents = async (setup, agents) => {
  let look: Look<never> = () => {};
  let closed = false;
  const wait = async (client: Redis, key: string) => {
    while (!closed) {
      // No timeout: a blocked connection costs nothing while others are measured.
      const reply = await client.blpop(key, 0);
      look((JSON.parse(reply![1]) as { payload: never }).payload);
    }
  };
  const clients: Redis[] = [];
  for (const agent of agents) {
    const client = await openRedis(setup, { connectionName: agents[0]! });
    clients.push(client);
    wait(client, listKeyOf(setup, agent)).catch((error: unknown) => {
      if (!closed) throw error;
    });
  }
  return {
    async start(given) {
      look = given as Look<never>;
    },
    async stop() {
      look = () => {};
    },
    connections: () => connectionsNamed(setup, agents[0]!),
    async close() {
      closed = true;
      for (const client of clients) client.disconnect();
    },
  };
};

export async function connectionsNamed(setup: Setup, name: string): Promise<number> {
  const client = await openRedis(setup);
  try {
    const list = (await client.client("LIST")) as string;
    return list.split("\n").filter((line) => line.includes(` name=${name} `)).length;
  } finally {
    client.disconnect();
  }
}
