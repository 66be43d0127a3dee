/** Degradation: neutral values, one warning per outage and component, and mistakes are thrown either way. */

import { describe, expect, it } from "vitest";
import { manualClock } from "../../transport-conformance/src/manual-clock.ts";
import { type AppendRequest, type PostRequest, withDegradation } from "../src/index.ts";
import { failure, scriptedTransport } from "./scripted-transport.ts";

const request: AppendRequest = { eventType: "a", timestamp: "", data: "1", source: "", maxLength: 10 };
const message: PostRequest = {
  ...{ id: "i", target: "a", type: "t", source: "s", body: "1" },
  ...{ ttlMs: 1, maxPending: 1 },
};
const away = failure("ATTUNE_TRANSPORT_UNAVAILABLE", "The store is away.");
const refused = (words: string) => failure("ATTUNE_STORE_REFUSED", words);

describe("withDegradation", () => {
  it("passes results through while all is well", async () => {
    const { transport, warnings } = await scriptedTransport();
    const { streams } = withDegradation(transport, { component: "Test" });
    expect(await streams.append([request, request])).toEqual(["1-0", "1-1"]);
    expect(await streams.trim("a", 1)).toBe(2);
    expect(warnings).toEqual([]);
  });

  it("gives each operation's neutral value while the store is away", async () => {
    const { transport, failWith } = await scriptedTransport();
    const { streams } = withDegradation(transport, { component: "Test" });
    failWith(away);
    expect(await streams.append([request, request])).toEqual(["", ""]);
    expect(await streams.read(new Map([["a", "0-0"]]), { count: 1, blockMs: 0 })).toEqual([]);
    expect(await streams.range({ eventType: "a", count: 1, newestFirst: true })).toEqual([]);
    expect(await streams.states(["a"])).toEqual([
      { eventType: "a", length: 0, added: null, oldestId: null, lastId: "0-0", bytes: null },
    ]);
    expect(await streams.list({ thorough: true })).toEqual([]);
    expect(await streams.trim("a", 1)).toBe(0);
    expect(await streams.delete("a")).toBe(false);
  });

  it("gives each neutral value of the mailboxes while the store is away", async () => {
    const { transport, failWith } = await scriptedTransport();
    const { mailboxes } = withDegradation(transport, { component: "Test" });
    const take = { agent: "a", wanted: { anyOf: [{}], count: 1 }, receipt: "r" };
    expect(await mailboxes.take(take)).toHaveLength(1);
    failWith(away);
    expect(await mailboxes.post(message)).toBe("unknown");
    expect(await mailboxes.take(take)).toEqual([]);
    expect(await mailboxes.restore("a", "r")).toBe(undefined);
    expect(await mailboxes.list({ agent: "a", selector: {}, count: 1 })).toEqual([]);
    expect(await mailboxes.clear("a", {})).toBe(0);
  });

  it("gives each neutral value of the records while the store is away", async () => {
    const { transport, failWith } = await scriptedTransport();
    const { records } = withDegradation(transport, { component: "Test" });
    const put = { bucket: "b", key: "k", value: "v", leaseMs: null, keepMs: 1 };
    expect(await records.put(put)).toMatchObject({ stored: true });
    failWith(away);
    expect(await records.put(put)).toEqual({ stored: false, reason: "unknown", current: null });
    expect(await records.get("b", ["k", "l"])).toEqual([null, null]);
    expect(await records.list({ bucket: "b", from: null, count: 1 })).toEqual({ records: [], next: null });
    expect(await records.count("b")).toBe(0);
    expect(await records.delete("b", "k")).toBe(false);
    const claim = { bucket: "b", claimer: "c", holdMs: 1, count: 1, gapMs: 1 };
    expect(await records.claimExpired(claim)).toEqual([]);
    expect(await records.settleExpired({ bucket: "b", key: "k", version: 1, claimer: "c" })).toBe(false);
  });

  it("has no neutral value for what the store says of itself", async () => {
    const { transport, failWith, warnings } = await scriptedTransport();
    const degraded = withDegradation(transport, { component: "Test" });
    expect(await degraded.info()).toEqual({ product: "Scripted", version: "1.2.3", bytes: 4 });
    failWith(away);
    await expect(degraded.info()).rejects.toBe(away);
    expect(warnings).toEqual([]);
  });

  it("warns once of an outage, whichever facets notice it", async () => {
    const { transport, failWith, warnings } = await scriptedTransport();
    const { streams, mailboxes, records } = withDegradation(transport, { component: "Test" });
    failWith(away);
    for (const call of [
      () => streams.list({ thorough: false }),
      () => mailboxes.clear("a", {}),
      () => records.count("b"),
    ]) {
      await call();
    }
    expect(warnings).toHaveLength(1);
    failWith(undefined);
    expect(await records.count("b")).toBe(2);
    expect(await mailboxes.clear("a", {})).toBe(2);
    expect(warnings).toHaveLength(2);
  });

  it("keeps the ids of what was stored when a batch was stored in part", async () => {
    const { transport, failWith } = await scriptedTransport();
    const { streams } = withDegradation(transport, { component: "Test" });
    failWith(failure("ATTUNE_TRANSPORT_UNAVAILABLE", "Half of it.", { ids: ["7-0", "", "7-2"] }));
    expect(await streams.append([request, request, request])).toEqual(["7-0", "", "7-2"]);
  });

  it("warns once per outage and component, and once when it is over", async () => {
    const { transport, failWith, warnings } = await scriptedTransport();
    const one = withDegradation(transport, { component: "One" }).streams;
    const other = withDegradation(transport, { component: "Other" }).streams;
    for (const round of [1, 2]) {
      failWith(away);
      for (let call = 0; call < 5; call++) {
        await one.list({ thorough: false });
        await other.append([request]);
      }
      expect(warnings).toHaveLength(4 * round - 2);
      failWith(undefined);
      for (let call = 0; call < 5; call++) {
        await one.list({ thorough: false });
        await other.append([request]);
      }
      expect(warnings).toHaveLength(4 * round);
    }
    const lines = (component: string) => warnings.filter((line) => line.startsWith(`attune: ${component}: `));
    for (const component of ["One", "Other"]) {
      const [begins, ends] = lines(component);
      expect(lines(component)).toHaveLength(4);
      expect(begins).toContain("The store is away.");
      expect(ends).toContain("scripted: is back");
    }
  });

  it("tells the end by the status, also when nobody calls", async () => {
    const { transport, host, warnings } = await scriptedTransport();
    const { streams } = withDegradation(transport, { component: "Test" });
    host.setAvailable(false);
    await streams.list({ thorough: false });
    host.setAvailable(true);
    expect(warnings).toHaveLength(2);
    await streams.list({ thorough: false });
    expect(warnings).toHaveLength(2);
  });

  it("says nothing of an outage in which nobody wanted anything", async () => {
    const { transport, host, warnings } = await scriptedTransport();
    withDegradation(transport, { component: "Test" });
    host.setAvailable(false);
    host.setAvailable(true);
    expect(warnings).toEqual([]);
  });

  it("tells the same refusal once a minute, and another one at once", async () => {
    const clock = manualClock();
    const { transport, failWith, warnings } = await scriptedTransport({ clock });
    const { streams } = withDegradation(transport, { component: "Test" });
    const call = async (words: string) => {
      failWith(refused(words));
      expect(await streams.append([request])).toEqual([""]);
    };
    for (let second = 0; second < 60; second++) {
      await call("OOM");
      await clock.advance(1000);
    }
    expect(warnings).toHaveLength(1);
    await call("NOPERM");
    expect(warnings).toHaveLength(2);
    await call("OOM");
    expect(warnings).toHaveLength(3);
    failWith(undefined);
    await streams.append([request]);
    expect(warnings.some((line) => line.includes("is back"))).toBe(false);
  });

  it("throws mistakes of the caller and use after closing", async () => {
    const { transport, failWith } = await scriptedTransport();
    const { streams } = withDegradation(transport, { component: "Test" });
    failWith(away);
    await expect(streams.append([{ ...request, eventType: "" }])).rejects.toMatchObject({
      code: "ATTUNE_EVENT_TYPE_INVALID",
    });
    await transport.close();
    await expect(streams.list({ thorough: false })).rejects.toMatchObject({
      code: "ATTUNE_TRANSPORT_CLOSED",
    });
  });

  it("writes to the logger of the component, if it has one", async () => {
    const { transport, failWith, warnings } = await scriptedTransport();
    const own: string[] = [];
    const logger = {
      debug: () => {},
      info: () => {},
      error: () => {},
      warn: (line: string) => void own.push(line),
    };
    failWith(away);
    await withDegradation(transport, { component: "Test", logger }).streams.list({ thorough: false });
    expect([own.length, warnings.length]).toEqual([1, 0]);
  });

  it('is the transport itself with onUnavailable: "throw"', async () => {
    const { transport, failWith, warnings } = await scriptedTransport({ onUnavailable: "throw" });
    expect(withDegradation(transport, { component: "Test" })).toBe(transport);
    failWith(away);
    await expect(transport.streams.list({ thorough: false })).rejects.toBe(away);
    expect(warnings).toEqual([]);
  });

  it("follows the status of the transport beneath", async () => {
    const { transport, host } = await scriptedTransport();
    const degraded = withDegradation(transport, { component: "Test" });
    const heard: string[] = [];
    degraded.onStatus((status) => heard.push(status));
    host.setAvailable(false);
    expect(degraded.status).toBe("unavailable");
    await degraded.close();
    expect([degraded.status, heard]).toEqual(["closed", ["unavailable", "closed"]]);
  });
});
