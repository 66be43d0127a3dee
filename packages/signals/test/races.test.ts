/** The instant in which a signal arrives and its waiter gives up: it is returned or still pending, whichever comes first. */
import { expect, it } from "vitest";
import { onEveryStore } from "./on-every-store.ts";

/** Numbers from 0 below `n`, the same in each run. */
function dice(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

/** Lets some time go by: none, a few promises, a few turns of the event loop, or about a millisecond. */
async function anOffset(roll: (n: number) => number): Promise<void> {
  const kind = roll(4);
  const steps = roll(8);
  if (kind === 1) for (let n = 0; n < steps; n++) await undefined;
  if (kind === 2) for (let n = 0; n < steps; n++) await new Promise((resolve) => setImmediate(resolve));
  if (kind === 3) await new Promise((resolve) => setTimeout(resolve, steps / 4));
}

onEveryStore("a signal that arrives as its waiter gives up", (store) => {
  for (const [what, giveUp] of [
    ["aborts in the same tick", "same tick"],
    ["aborts at any moment", "abort"],
    ["runs out of time", "timeout"],
    ["is closed", "close"],
  ] as const) {
    it(`is returned or still pending, never neither, never both, when the waiter ${what}, 1000 times`, {
      timeout: 30_000,
    }, async () => {
      const one = store();
      const roll = dice(7);
      const sender = await one.agent("sender");
      const observer = await one.agent("receiver");
      const counts = { returned: 0, pending: 0, neither: 0, both: 0 };
      const race = async (round: number) => {
        const receiver = await one.agent("receiver");
        const signalType = `race ${round}`;
        const controller = new AbortController();
        const waiting = receiver.waitForSignal({
          signalType,
          timeoutMs: giveUp === "timeout" ? roll(4) / 2 : 60_000,
          signal: controller.signal,
        });
        // Half of the waiters sleep already.
        if (round % 2 === 0) await anOffset(roll);
        const sending = (async () => {
          if (giveUp !== "same tick") await anOffset(roll);
          return sender.signal({ signalType, targetAgent: round % 3 === 0 ? null : "receiver" });
        })();
        const givingUp = (async () => {
          if (giveUp !== "same tick") await anOffset(roll);
          if (giveUp === "close") await receiver.close();
          else if (giveUp !== "timeout") controller.abort();
        })();
        const [signal, signalId] = await Promise.all([waiting, sending, givingUp]);
        expect(signalId).not.toBe("");
        if (signal) expect(signal.signalId).toBe(signalId);
        const isPending = (await observer.getPendingSignals({ signalType })).length > 0;
        if (signal && isPending) counts.both++;
        else if (signal) counts.returned++;
        else if (isPending) counts.pending++;
        else counts.neither++;
        await observer.clearSignals({ signalType });
        await receiver.close();
      };
      for (let round = 0; round < 1000; round += 10) {
        await Promise.all(Array.from({ length: 10 }, (_, n) => race(round + n)));
      }
      console.info(`1000 waiters, each ${giveUp}: ${JSON.stringify(counts)}`);
      expect(counts).toMatchObject({ neither: 0, both: 0 });
      // Both ways were gone, or the test shows nothing.
      if (giveUp !== "same tick") expect(Math.min(counts.returned, counts.pending)).toBeGreaterThan(20);
    });
  }
});
