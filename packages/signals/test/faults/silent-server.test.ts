import { expect } from "vitest";
import { faultTest, join, startFleet } from "./fleet.ts";
import { Ledger } from "./ledger.ts";

faultTest(
  "a server stopped for 6 s in the midst of sending and taking: none lost, none doubled, nothing hangs",
  { timeout: 40_000 },
  async () => {
    const { server } = await startFleet();
    const senders = await Promise.all(["a", "b"].map((agent) => join(server.url, agent)));
    const takers = await Promise.all(Array.from({ length: 4 }, () => join(server.url, "pool")));
    const ledger = new Ledger();
    let longestMs = 0;
    const timed = async <T>(call: Promise<T>): Promise<T> => {
      const startedAt = performance.now();
      const result = await call;
      longestMs = Math.max(longestMs, performance.now() - startedAt);
      return result;
    };
    let sending = true;
    let taking = true;
    const sendings = senders.flatMap(({ signals }) =>
      Array.from({ length: 5 }, async () => {
        while (sending) {
          const signalId = await timed(signals.signal({ signalType: "job", targetAgent: "pool" }));
          ledger.noteSent(signalId);
          // While the store is known to be away an answer comes at once: do not spin.
          await new Promise((resolve) => setTimeout(resolve, signalId === "" ? 20 : 1));
        }
      }),
    );
    const takings = takers.flatMap(({ signals }) =>
      Array.from({ length: 3 }, async () => {
        while (taking) {
          const signal = await timed(signals.waitForSignal({ timeoutMs: 250 }));
          if (signal) ledger.noteTaken(signal);
        }
      }),
    );
    const more = async (count: number) => {
      const wanted = ledger.counts().taken + count;
      while (ledger.counts().taken < wanted) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    await more(300);
    server.pause();
    await new Promise((resolve) => setTimeout(resolve, 6000));
    server.resume();
    await more(300);
    sending = false;
    await Promise.all(sendings);
    const endsAt = performance.now() + 10_000;
    while (ledger.counts().lost > 0 && performance.now() < endsAt) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    taking = false;
    await Promise.all(takings);
    console.info(
      `6 s of SIGSTOP: ${JSON.stringify(ledger.counts())}, longest call ${longestMs.toFixed(0)} ms`,
    );
    expect(ledger.counts()).toMatchObject({ lost: 0, doubled: 0 });
    expect(ledger.counts().unknown).toBeGreaterThan(0);
    // operationTimeoutMs, and the wait's own time before that, 2250 ms: nothing waits for the server.
    expect(longestMs).toBeLessThan(5000);
    for (const { warnings } of senders) expect(warnings).toHaveLength(2);
  },
);
