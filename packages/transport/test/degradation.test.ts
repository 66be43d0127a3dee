/** `Degradation`: single calls, for features in which "the store is away" is an answer of its own. */

import { describe, expect, it } from "vitest";
import { manualClock } from "../../transport-conformance/src/manual-clock.ts";
import { Degradation, type TransportOptions } from "../src/index.ts";
import { failure, scriptedTransport } from "./scripted-transport.ts";

const away = failure("ATTUNE_TRANSPORT_UNAVAILABLE", "The store is away.");

async function degradation(options?: TransportOptions) {
  const scripted = await scriptedTransport(options);
  const { transport } = scripted;
  const attempts = new Degradation(transport, { component: "Test" });
  const count = () => attempts.attempt(() => transport.records.count("beats"), "unknown");
  return { ...scripted, attempts, count };
}

describe("Degradation", () => {
  it("gives what the call gives while all is well", async () => {
    const { count, warnings } = await degradation();
    expect(await count()).toBe(2);
    expect(warnings).toEqual([]);
  });

  it("gives the fallback while the store is away, and does not mix it up with an answer", async () => {
    const { attempts, transport, failWith } = await degradation();
    const get = () => attempts.attempt(() => transport.records.get("beats", ["k"]), undefined);
    expect(await get()).toEqual([null]);
    failWith(away);
    expect(await get()).toBe(undefined);
    failWith(undefined);
    expect(await get()).toEqual([null]);
  });

  it("warns once per outage, and once when a call succeeds again", async () => {
    const { count, failWith, warnings } = await degradation();
    for (const round of [1, 2]) {
      failWith(away);
      for (let call = 0; call < 5; call++) expect(await count()).toBe("unknown");
      expect(warnings).toHaveLength(2 * round - 1);
      expect(warnings.at(-1)).toMatch(/^attune: Test: The store is away\./);
      failWith(undefined);
      for (let call = 0; call < 5; call++) expect(await count()).toBe(2);
      expect(warnings).toHaveLength(2 * round);
      expect(warnings.at(-1)).toContain("scripted: is back");
    }
  });

  it("warns once of an outage that many features of one name see, and once for each other name or logger", async () => {
    const { transport, failWith, warnings } = await degradation();
    const own: string[] = [];
    const tell = (message: string) => void own.push(message);
    const logger = { debug: () => {}, info: () => {}, warn: tell, error: tell };
    const features = [
      ...Array.from({ length: 10 }, () => new Degradation(transport, { component: "Agents" })),
      new Degradation(transport, { component: "Others" }),
      new Degradation(transport, { component: "Agents", logger }),
    ];
    const countAll = () =>
      Promise.all(features.map((feature) => feature.attempt(() => transport.records.count("beats"), null)));
    failWith(away);
    await countAll();
    expect([warnings.length, own.length]).toEqual([2, 1]);
    failWith(undefined);
    await countAll();
    expect([warnings.length, own.length]).toEqual([4, 2]);
  });

  it("tells the end by the status, also when nobody calls", async () => {
    const { count, host, warnings } = await degradation();
    host.setAvailable(false);
    expect(await count()).toBe("unknown");
    host.setAvailable(true);
    expect(warnings).toHaveLength(2);
    await count();
    expect(warnings).toHaveLength(2);
  });

  it("tells the same refusal once a minute", async () => {
    const clock = manualClock();
    const { count, failWith, warnings } = await degradation({ clock });
    failWith(failure("ATTUNE_STORE_REFUSED", "OOM"));
    for (let second = 0; second < 61; second++) {
      expect(await count()).toBe("unknown");
      await clock.advance(1000);
    }
    expect(warnings).toHaveLength(2);
  });

  it("throws mistakes of the caller and use after closing", async () => {
    const { attempts, transport, failWith, warnings } = await degradation();
    failWith(away);
    const mistaken = attempts.attempt(() => transport.records.count("No Bucket"), "unknown");
    await expect(mistaken).rejects.toMatchObject({ code: "ATTUNE_ARGUMENT_INVALID" });
    const broken = attempts.attempt(() => Promise.reject(new TypeError("a bug")), "unknown");
    await expect(broken).rejects.toBeInstanceOf(TypeError);
    await transport.close();
    const late = attempts.attempt(() => transport.records.count("beats"), "unknown");
    await expect(late).rejects.toMatchObject({ code: "ATTUNE_TRANSPORT_CLOSED" });
    expect(warnings).toEqual([]);
  });

  it('rejects with onUnavailable: "throw", without a warning', async () => {
    const { count, failWith, warnings } = await degradation({ onUnavailable: "throw" });
    expect(await count()).toBe(2);
    failWith(away);
    await expect(count()).rejects.toBe(away);
    expect(warnings).toEqual([]);
  });
});
