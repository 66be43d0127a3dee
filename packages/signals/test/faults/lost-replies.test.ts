import { expect } from "vitest";
import { faultTest, join, startFleet } from "./fleet.ts";
import { Ledger } from "./ledger.ts";

faultTest(
  "with every 10th reply lost, 400 signals are sent and taken: none lost, none doubled",
  { timeout: 60_000 },
  async () => {
    const { server, proxy } = await startFleet();
    const sender = await join(proxy.url(), "sender");
    const taker = await join(proxy.url(), "lossy");
    const ledger = new Ledger();
    proxy.dropReplies({ every: 10, match: (request) => request.includes("lossy") });
    let sending = true;
    const taking = (async () => {
      while (sending) {
        const signal = await taker.signals.waitForSignal({ timeoutMs: 200 });
        if (signal) ledger.noteTaken(signal);
      }
    })();
    for (let n = 0; n < 400; n++) {
      ledger.noteSent(await sender.signals.signal({ signalType: "job", targetAgent: "lossy", payload: n }));
    }
    sending = false;
    await taking;
    const dropped = proxy.counters.repliesDropped;
    await proxy.heal();
    // What is still pending is not lost; what comes back by being restored is pending, too.
    const { signals: rest } = await join(server.url, "lossy");
    let signal = await rest.waitForSignal({ timeoutMs: 1000 });
    while (signal) {
      ledger.noteTaken(signal);
      signal = await rest.waitForSignal({ timeoutMs: 1000 });
    }
    console.info(`lost replies: ${dropped} dropped, ${JSON.stringify(ledger.counts())}`);
    expect(dropped).toBeGreaterThan(30);
    expect(ledger.counts()).toMatchObject({ sent: 400, unknown: 0, taken: 400, lost: 0, doubled: 0 });
  },
);

faultTest(
  "with every 10th reply lost, a broadcast is sent once and reaches each agent once",
  { timeout: 60_000 },
  async () => {
    const { server, proxy } = await startFleet();
    const sender = await join(proxy.url(), "sender");
    const agents = await Promise.all(
      Array.from({ length: 5 }, (_, n) => join(n === 0 ? server.url : proxy.url(), `lossy-${n}`)),
    );
    proxy.dropReplies({ every: 10, match: (request) => request.includes("lossy") });
    const sent: string[] = [];
    const sending = (async () => {
      for (let n = 0; n < 50; n++) {
        sent.push(await sender.signals.broadcast({ signalType: "lossy", payload: n }));
      }
    })();
    const received = await Promise.all(
      agents.map(async ({ signals }) => {
        const ids: string[] = [];
        while (ids.length < 50) {
          const signal = await signals.waitForSignal({ timeoutMs: 5000 });
          if (!signal) break;
          ids.push(signal.signalId);
        }
        // One more would be a second delivery.
        const extra = await signals.waitForSignal({ timeoutMs: 100 });
        return extra ? [...ids, extra.signalId] : ids;
      }),
    );
    await sending;
    console.info(
      `lost replies, broadcasts: ${proxy.counters.repliesDropped} dropped, received ${received.map((ids) => ids.length)}`,
    );
    expect(proxy.counters.repliesDropped).toBeGreaterThan(10);
    expect(sent).not.toContain("");
    for (const ids of received) expect(ids).toEqual(sent);
  },
);
