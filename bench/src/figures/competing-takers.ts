/** Many signals to one agent, for which takers in two processes compete: each signal must be taken once. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CoordinationSignals } from "@attune/signals";
import { openTransport } from "@attune/transport";
import { openRedis } from "../contenders/open-clients.ts";
import { inLoops } from "../contenders/publishing.ts";
import { bareSignal, listKeyOf, sampleResult, sender, signalType } from "../contenders/sample-signal.ts";
import { monotonicMs } from "../contenders/stamp.ts";
import type { OpenTakers, Taken } from "../contenders/taker-process.ts";
import type { Bound, Contender, Figure, Setup, StoreName } from "../harness/figure.ts";
import { Remote } from "../harness/remote.ts";

const signals = 1000;
const processes = 2;
const takers = 8;
/** Signals in flight. */
const senders = 16;
/** Without anything new for so long, what has not come counts as lost. */
const patienceMs = 3000;

interface Sender {
  /** Resolves with the id of the signal. */
  send(): Promise<string>;
  close(): Promise<void>;
}

interface Kind {
  readonly name: string;
  readonly label: string;
  readonly store: StoreName;
  readonly takers: OpenTakers["kind"];
  readonly openSender: (setup: Setup, agent: string) => Promise<Sender>;
}

function contender({ name, label, store, takers: kind, openSender }: Kind): Contender {
  const agent = `taken-by-${name}`;
  return {
    name,
    label,
    store,
    async open(setup) {
      const sender = await openSender(setup, agent);
      const path = join(import.meta.dirname, "../contenders/taker-process.ts");
      const remotes = Array.from({ length: processes }, () => new Remote(path));
      const order: OpenTakers = { ...setup, kind, agent, takers };
      await Promise.all(remotes.map((remote) => remote.call("open", order)));
      return {
        async measure() {
          await Promise.all(remotes.map((remote) => remote.call("start")));
          const startedAt = monotonicMs();
          const sent: string[] = [];
          await inLoops(senders, signals, async () => {
            sent.push(await sender.send());
          });
          await untilNothingComes(remotes);
          const taken = await Promise.all(remotes.map((remote) => remote.call<Taken>("stop")));
          const received = taken.flatMap(({ signalIds }) => signalIds);
          const distinct = new Set(received);
          const known = new Set(sent);
          const strangers = received.filter((id) => !known.has(id)).length;
          if (sent.includes("") || strangers > 0) {
            throw new Error(`not all were stored, or ${strangers} were received that were not sent`);
          }
          const seconds = (Math.max(...taken.map(({ lastAt }) => lastAt)) - startedAt) / 1000;
          return {
            rate: received.length / seconds,
            sent: sent.length,
            received: received.length,
            lost: sent.length - distinct.size,
            doubled: received.length - distinct.size,
          };
        },
        async close() {
          for (const remote of remotes) await remote[Symbol.asyncDispose]();
          await sender.close();
        },
      };
    },
  };
}

async function untilNothingComes(remotes: readonly Remote[]): Promise<void> {
  let seen = 0;
  let since = performance.now();
  while (seen < signals && performance.now() - since < patienceMs) {
    await sleep(20);
    const counts = await Promise.all(remotes.map((remote) => remote.call<number>("count")));
    const count = counts.reduce((sum, one) => sum + one, 0);
    if (count > seen) since = performance.now();
    seen = count;
  }
}

const attune: Kind = {
  name: "attune",
  label: "attune signal, waitForSignal",
  store: "redis",
  takers: "attune",
  async openSender({ url, prefix }, targetAgent) {
    const transport = await openTransport(url, { prefix });
    const mailbox = new CoordinationSignals({ agentId: sender, transport });
    return {
      send: () => mailbox.signal({ signalType, targetAgent, payload: sampleResult }),
      close: () => transport.close(),
    };
  },
};

const bare: Kind = {
  name: "ioredis",
  label: "ioredis LPUSH, BLPOP per taker",
  store: "redis",
  takers: "ioredis",
  async openSender(setup, agent) {
    const client = await openRedis(setup);
    return {
      async send() {
        const { id, text } = bareSignal(agent, sampleResult);
        await client.lpush(listKeyOf(setup, agent), text);
        return id;
      },
      close: async () => client.disconnect(),
    };
  },
};

const title = `${signals} signals to one agent, ${processes} processes with ${takers} takers each`;
const metrics = { rate: "signals/s", sent: "signals", received: "", lost: "", doubled: "" };

const onceEach = (of: string): Bound[] => [
  { of, metric: "lost", atMost: 0 },
  { of, metric: "doubled", atMost: 0 },
];

export const competingTakers: Figure = {
  name: "competing-takers",
  title,
  metrics,
  contenders: [contender(attune), contender(bare)],
  comparisons: [{ of: "attune", over: "ioredis", metric: "rate" }],
  bounds: onceEach("attune"),
};

export const sqliteCompetingTakers: Figure = {
  name: "sqlite-competing-takers",
  title: `${title}, by a file`,
  store: "sqlite",
  metrics,
  contenders: [
    contender({ ...attune, name: "file", label: "attune on a file", store: "sqlite" }),
    contender({ ...attune, name: "redis", label: "attune on Redis" }),
  ],
  comparisons: [{ of: "file", over: "redis", metric: "rate" }],
  bounds: onceEach("file"),
};
