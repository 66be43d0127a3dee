/** Where a transport came from: known to features, and to nobody who prints the transport. */
import { inspect } from "node:util";
import { expect, it, vi } from "vitest";
import { openTransport, transportOrigin } from "../src/index.ts";
import { scriptedTransport } from "./scripted-transport.ts";

it("remembers what a transport was opened from", async () => {
  await using plain = await openTransport("memory:");
  expect(transportOrigin(plain)).toEqual({ url: "memory:", prefix: "empathy:", operationTimeoutMs: 2000 });
  await using other = await openTransport("memory:other", { prefix: "p:", operationTimeoutMs: 500 });
  expect(transportOrigin(other)).toEqual({ url: "memory:other", prefix: "p:", operationTimeoutMs: 500 });
});

it("remembers the URL that was in force when it was left out", async () => {
  vi.stubEnv("ATTUNE_URL", "memory:from-environment");
  await using transport = await openTransport();
  vi.unstubAllEnvs();
  expect(transportOrigin(transport)?.url).toBe("memory:from-environment");
});

it("knows nothing of a transport that was not opened from a URL", async () => {
  const { transport } = await scriptedTransport();
  expect(transportOrigin(transport)).toBeUndefined();
});

it("is shared with another copy of the package", async () => {
  await using transport = await openTransport("memory:shared");
  vi.resetModules();
  const copy = await import("../src/transport-origin.ts");
  expect(copy.transportOrigin).not.toBe(transportOrigin);
  expect(copy.transportOrigin(transport)?.url).toBe("memory:shared");
});

it("never shows where a transport is printed, for the URL may hold a password", async () => {
  await using transport = await openTransport("memory:hunter2", { prefix: "p:" });
  const shown = inspect({ ...transport, location: "" }, { depth: 6, showHidden: true });
  expect(shown).not.toContain("hunter2");
  expect(JSON.stringify({ ...transport, location: "" })).not.toContain("hunter2");
});
