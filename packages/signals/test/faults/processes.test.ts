import { expect } from "vitest";
import { Agency, faultTest, join, startFleet } from "./fleet.ts";
import { Ledger } from "./ledger.ts";

// Twenty processes take their time to start on a small machine.
faultTest(
  "20 processes wait for one targeted signal: one gets it, 19 get null",
  { timeout: 60_000 },
  async () => {
    const { server } = await startFleet();
    const { signals } = await join(server.url, "sender");
    const agencies = Array.from({ length: 20 }, () => new Agency("waits-once.ts", server.url, "pool"));
    await Promise.all(agencies.map((agency) => agency.hear()));
    for (const agency of agencies) agency.tell("wait");
    await Promise.all(agencies.map((agency) => agency.hear()));
    const signalId = await signals.signal({ signalType: "job", targetAgent: "pool" });
    const heard = agencies.map((agency) => agency.hear<{ signalId: string | null }>());
    await Promise.race(heard);
    // One who got it as well would have it by then.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    for (const agency of agencies) agency.tell("give up");
    const results = await Promise.all(heard);
    const got = results.filter((result) => result.signalId !== null);
    console.info(`20 waiting processes: ${got.length} got it, ${results.length - got.length} got null`);
    expect(got).toEqual([{ signalId }]);
    expect(await Promise.all(agencies.map((agency) => agency.exit()))).toEqual(Array(20).fill(0));
  },
);

faultTest("a broadcast reaches 50 agents in 5 processes once each, one process starting late", async () => {
  const { server } = await startFleet();
  const { signals } = await join(server.url, "sender");
  const start = (n: number) => {
    const agents = Array.from({ length: 10 }, (_, agent) => `agent-${n}-${agent}`);
    return new Agency("looks-twice.ts", server.url, ...agents);
  };
  const early = [0, 1, 2, 3].map(start);
  await Promise.all(early.map((agency) => agency.hear()));
  const signalId = await signals.broadcast({ signalType: "go" });
  const late = start(4);
  await late.hear();
  const looks = await Promise.all([...early, late].map((agency) => agency.hear<(string | null)[][]>()));
  const agents = looks.flat();
  const deliveries = agents.flat().filter((id) => id !== null);
  console.info(`broadcast: ${agents.length} agents, ${deliveries.length} deliveries`);
  expect(agents).toEqual(Array(50).fill([signalId, null]));
});

faultTest("1000 signals over 2 processes with 8 competing takers each: none lost, none doubled", async () => {
  const { server } = await startFleet();
  const agencies = [1, 2].map(() => new Agency("takes-until-told.ts", server.url, "pool", "8"));
  await Promise.all(agencies.map((agency) => agency.hear()));
  const senders = await Promise.all(["a", "b"].map((agent) => join(server.url, agent)));
  const ledger = new Ledger();
  await Promise.all(
    Array.from({ length: 1000 }, async (_, n) => {
      const { signals } = senders[n % 2]!;
      ledger.noteSent(await signals.signal({ signalType: "job", targetAgent: "pool", payload: n }));
    }),
  );
  const { signals: observer } = await join(server.url, "pool");
  while ((await observer.getPendingSignals({ limit: 1 })).length > 0);
  for (const agency of agencies) agency.tell("stop");
  const taken = await Promise.all(agencies.map((agency) => agency.hear<string[]>()));
  for (const signalId of taken.flat()) ledger.noteTaken({ signalId });
  console.info(
    `2 x 8 takers: ${JSON.stringify(ledger.counts())}, by process ${taken.map((ids) => ids.length)}`,
  );
  expect(ledger.counts()).toEqual({ sent: 1000, unknown: 0, taken: 1000, lost: 0, doubled: 0 });
  // Or nobody competed.
  expect(Math.min(...taken.map((ids) => ids.length))).toBeGreaterThan(10);
});

for (const script of ["exits-after-close.ts", "exits-by-itself.ts"]) {
  faultTest(`a process exits by itself: ${script}`, async () => {
    const { server } = await startFleet();
    const agency = new Agency(script, server.url);
    expect(await agency.hear()).toBe("done");
    const toldAt = performance.now();
    expect(await agency.exit()).toBe(0);
    expect(performance.now() - toldAt).toBeLessThan(15_000);
  });
}
