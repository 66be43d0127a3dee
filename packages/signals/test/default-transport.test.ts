import { CoordinationSignals } from "@attune/signals";
import { defaultTransport } from "@attune/transport";
import { afterEach, expect, it, vi } from "vitest";

afterEach(() => vi.unstubAllEnvs());

it("agents without a transport share one, opened from ATTUNE_URL on first use", async () => {
  vi.stubEnv("ATTUNE_URL", "memory:");
  const [a, b] = [new CoordinationSignals({ agentId: "a" }), new CoordinationSignals({ agentId: "b" })];
  const waiting = b.waitForSignal();
  const signalId = await a.signal({ signalType: "x", targetAgent: "b" });
  expect(await waiting).toMatchObject({ signalId });
  await a.close();
  const transport = await defaultTransport();
  expect(transport.name).toBe("memory");
  expect(transport.status).toBe("available");
  await transport.close();
});

it("closing before the transport was needed, or while it is being opened, is fine", async () => {
  vi.stubEnv("ATTUNE_URL", "memory:");
  const unused = new CoordinationSignals({ agentId: "a" });
  await unused.close();
  const opening = new CoordinationSignals({ agentId: "a" });
  const waiting = opening.waitForSignal({ timeoutMs: 60_000 });
  await opening.close();
  expect(await waiting).toBeNull();
  await (await defaultTransport()).close();
});

it("a store that cannot be opened is told in the error, again and again", async () => {
  vi.stubEnv("ATTUNE_URL", "nowhere:");
  const signals = new CoordinationSignals({ agentId: "a" });
  const invalid = { code: "ATTUNE_URL_INVALID", message: expect.stringContaining("nowhere:") };
  await expect(signals.signal({ signalType: "x" })).rejects.toMatchObject(invalid);
  await expect(signals.waitForSignal()).rejects.toMatchObject(invalid);
  await signals.close();
});
