/** A transport that the caller gives: it stays as it was, whatever becomes of the dashboard. */
import { startDashboard } from "@attune/dashboard";
import { silentLogger, type Transport, transportWith } from "@attune/transport";
import { createMemoryTransport, MemoryStore } from "@attune/transport-memory";
import { until } from "@attune-tools/every-store";
import { expect, it, onTestFinished } from "vitest";

/** Counts who listens to it. */
async function countedTransport(store = new MemoryStore()) {
  const plain = await createMemoryTransport({ store, logger: silentLogger });
  onTestFinished(() => plain.close());
  const listening = new Set<unknown>();
  const onStatus: Transport["onStatus"] = (listener) => {
    const stop = plain.onStatus(listener);
    listening.add(stop);
    return () => {
      listening.delete(stop);
      stop();
    };
  };
  return { transport: transportWith(plain, { onStatus }), listening };
}

it("nobody listens to it any more once the dashboard has ended, and it stays open", async () => {
  const { transport, listening } = await countedTransport();
  const dashboard = await startDashboard({ transport, port: 0 });
  expect(listening.size).toBeGreaterThan(0);
  await dashboard.close();
  expect([listening.size, transport.status]).toEqual([0, "available"]);
});

it("nor where the dashboard could not listen", async () => {
  const { transport, listening } = await countedTransport();
  await using dashboard = await startDashboard({ transport, port: 0 });
  const before = listening.size;
  const port = Number(new URL(dashboard.url).port);
  await expect(startDashboard({ transport, port })).rejects.toMatchObject({ code: "EADDRINUSE" });
  expect(listening.size).toBe(before);
});

it("what the dashboard has to say goes to the logger that it was given", async () => {
  const store = new MemoryStore();
  const { transport } = await countedTransport(store);
  const said: string[] = [];
  const logger = { ...silentLogger, warn: (text: string) => void said.push(text) };
  await using dashboard = await startDashboard({ transport, port: 0, logger });
  store.simulateOutage();
  await fetch(`${dashboard.url}/api/events`, { headers: { authorization: `Bearer ${dashboard.token}` } });
  await until("the outage is told", () => said.length > 0);
  expect(said.join()).toContain("away");
});
