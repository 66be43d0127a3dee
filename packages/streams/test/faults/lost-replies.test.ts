import { expect } from "vitest";
import { faultTest, join, startFleet } from "./fleet.ts";
import { Ledger } from "./ledger.ts";

/** The long form: `ATTUNE_TEST_SOAK=1`. */
const events = process.env.ATTUNE_TEST_SOAK === "1" ? 400 : 200;

faultTest("a reply lost on the wire never makes a second entry", async () => {
  const { server, proxy } = await startFleet();
  const { streamer } = await join(proxy.url(), { operationTimeoutMs: 1000 });
  const { streamer: observer } = await join(server.url);
  const ledger = new Ledger(streamer, "lossy");
  const reading = new Ledger(observer, "lossy");
  proxy.dropReplies({ every: 10, match: (request) => request.includes("lossy") });
  while (ledger.counts().published < events) {
    // One at a time: each reply can be lost by itself.
    if ((await ledger.publish()) === "") await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { published, acknowledged } = ledger.counts();
  const { entries, distinct } = await reading.stored();
  console.info(
    `lost replies: ${proxy.counters.repliesDropped} dropped, published ${published}, acknowledged ${acknowledged}, stored ${entries}, distinct ${distinct}`,
  );
  expect(proxy.counters.repliesDropped).toBeGreaterThan(10);
  expect(entries).toBe(distinct);
  expect(entries).toBeGreaterThanOrEqual(acknowledged);
  expect(entries).toBeLessThanOrEqual(published);
});

faultTest(
  "with idempotency keys every event is acknowledged in spite of lost replies, and stored once",
  async () => {
    const { server, proxy } = await startFleet();
    const { streamer } = await join(proxy.url(), { operationTimeoutMs: 2000 });
    const { streamer: observer } = await join(server.url);
    const ledger = new Ledger(streamer, "keyed");
    proxy.dropReplies({ every: 10, match: (request) => request.includes("keyed") });
    const ids = new Set<string>();
    for (let n = 0; n < events; n++) {
      const id = await ledger.publish({ keyed: true });
      if (id !== "") ids.add(id);
      else await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const { acknowledged } = ledger.counts();
    const { entries, distinct } = await new Ledger(observer, "keyed").stored();
    console.info(
      `keyed: ${proxy.counters.repliesDropped} replies dropped, acknowledged ${acknowledged} of ${events}, stored ${entries}, distinct ${distinct}`,
    );
    expect(proxy.counters.repliesDropped).toBeGreaterThan(10);
    expect(acknowledged).toBe(events);
    expect(ids.size).toBe(events);
    expect(entries).toBe(events);
    expect(distinct).toBe(events);
  },
);
