import { once } from "node:events";
import { silentLogger } from "@attune/transport";
import { createMemoryTransport, MemoryStore } from "@attune/transport-memory";
import { expect, it } from "vitest";
import { awayFor } from "../src/away-for.ts";

it("aborts when the store stays away, and not when it is back in time", async () => {
  const store = new MemoryStore();
  await using transport = await createMemoryTransport({ store, logger: silentLogger });
  const patient = awayFor(transport, 60_000);
  const end = store.simulateOutage();
  end();
  const impatient = awayFor(transport, 20);
  store.simulateOutage();
  // Its timer alone keeps nothing alive; the test's does.
  await once(impatient, "abort");
  expect(patient.aborted).toBe(false);
});

it("sees an outage that began before", async () => {
  const store = new MemoryStore();
  store.simulateOutage();
  await using transport = await createMemoryTransport({ store, logger: silentLogger });
  await once(awayFor(transport, 20), "abort");
});
