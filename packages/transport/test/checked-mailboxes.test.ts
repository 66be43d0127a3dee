/** What the facade of the mailboxes adds: which takes have arrived, and which are to be undone. */

import { describe, expect, it } from "vitest";
import { checkedMailboxes } from "../src/checked-mailboxes.ts";
import type { MailboxStore, TakeRequest } from "../src/index.ts";
import { failure } from "./scripted-transport.ts";

/** The facade over a store that gives one message per take, unless told otherwise, and remembers what it was asked. */
function facade() {
  const takes: TakeRequest[] = [];
  const failed: string[] = [];
  const state: { error: Error | undefined; gives: number; runs: boolean } = {
    error: undefined,
    gives: 1,
    runs: true,
  };
  const unused = () => Promise.reject(new Error("not used here"));
  const store: MailboxStore = {
    ...{ post: unused, list: unused, clear: unused },
    restore: async () => {
      if (state.error) throw state.error;
    },
    take: async (request) => {
      takes.push(request);
      if (state.error) throw state.error;
      const message = { id: "i", target: "a", type: "t", source: "s", body: "1" };
      return Array.from({ length: state.gives }, () => message);
    },
  };
  const mailboxes = checkedMailboxes(store, {
    run: (_, operation) =>
      state.runs ? operation() : Promise.reject(failure("ATTUNE_TRANSPORT_UNAVAILABLE", "known to be away")),
    limits: { maxPayloadBytes: 1000, maxPayloadDepth: 10 },
    takeFailed: (agent, receipt) => failed.push(`${agent} ${receipt}`),
  });
  const take = (agent: string, receipt: string) =>
    mailboxes.take({ agent, receipt, wanted: { anyOf: [{}], count: 1 } });
  /** Of each take that reached the store: what it told as arrived. */
  const told = () => takes.map(({ arrived }) => arrived ?? []);
  return { state, mailboxes, take, takes, told, failed };
}

describe("checked mailboxes", () => {
  it("tell with the next take of an agent which of its takes have arrived, once", async () => {
    const { take, told } = facade();
    for (const receipt of ["r1", "r2", "r3"]) await take("a", receipt);
    expect(told()).toEqual([[], ["r1"], ["r2"]]);
  });

  it("tell each agent's arrivals with its own takes", async () => {
    const { take, told } = facade();
    for (const agent of ["a", "b", "__proto__", "a", "b", "__proto__"]) await take(agent, `of-${agent}`);
    await take("a", "next");
    await take("__proto__", "next");
    // The same receipt again is not told as arrived: it is asked for.
    expect(told()).toEqual([[], [], [], [], [], [], ["of-a"], ["of-__proto__"]]);
  });

  it("do not tell of a take that brought nothing: there is nothing to forget", async () => {
    const { take, told, state } = facade();
    state.gives = 0;
    await take("a", "r1");
    state.gives = 1;
    await take("a", "r2");
    await take("a", "r3");
    expect(told()).toEqual([[], [], ["r2"]]);
  });

  it("do not tell that a receipt has arrived while it is asked for again", async () => {
    const { take, told } = facade();
    await take("a", "r1");
    await take("a", "r1");
    await take("a", "r2");
    expect(told()).toEqual([[], [], ["r1"]]);
  });

  it("leave what the caller passes as it is", async () => {
    const { take, takes } = facade();
    await take("a", "r1");
    expect(takes[0]).toEqual({ agent: "a", receipt: "r1", wanted: { anyOf: [{}], count: 1 } });
  });

  it("remember a bounded number of arrivals of an agent, and of agents", async () => {
    const { take, told } = facade();
    await Promise.all(Array.from({ length: 150 }, (_, n) => take("a", `r${n}`)));
    await take("a", "next");
    expect(told().at(-1)).toHaveLength(100);
    for (let n = 0; n < 10_100; n++) await take(`agent-${n}`, "first");
    // Who has been silent longest makes room.
    for (const [agent, arrived] of [["agent-10099", 1] as const, ["agent-50", 0] as const]) {
      await take(agent, "second");
      expect(told().at(-1)).toHaveLength(arrived);
    }
  });

  it("tell of a take that failed after it was sent, so that it is undone", async () => {
    const { take, failed, state, told } = facade();
    for (const code of ["ATTUNE_TRANSPORT_UNAVAILABLE", "ATTUNE_STORE_REFUSED"] as const) {
      state.error = failure(code);
      await expect(take("a", code)).rejects.toBe(state.error);
    }
    expect(failed).toEqual(["a ATTUNE_TRANSPORT_UNAVAILABLE", "a ATTUNE_STORE_REFUSED"]);
    state.error = undefined;
    await take("a", "next");
    // It has not arrived.
    expect(told().at(-1)).toEqual([]);
  });

  it("do not tell of a take that was never sent, or that failed for another reason", async () => {
    const { take, failed, state } = facade();
    state.runs = false;
    await expect(take("a", "r1")).rejects.toThrow("known to be away");
    state.runs = true;
    for (const error of [failure("ATTUNE_TRANSPORT_CLOSED"), new TypeError("a bug")]) {
      state.error = error;
      await expect(take("a", "r2")).rejects.toBe(error);
    }
    await expect(take("", "r3")).rejects.toMatchObject({ code: "ATTUNE_ARGUMENT_INVALID" });
    expect(failed).toEqual([]);
  });

  it("tell of a restoring that failed, so that it is done later, sent or not", async () => {
    const { mailboxes, failed, state } = facade();
    await mailboxes.restore("a", "r1");
    expect(failed).toEqual([]);
    state.error = failure("ATTUNE_TRANSPORT_UNAVAILABLE");
    await expect(mailboxes.restore("a", "r2")).rejects.toBe(state.error);
    state.runs = false;
    await expect(mailboxes.restore("a", "r3")).rejects.toThrow("known to be away");
    await expect(mailboxes.restore("", "r4")).rejects.toMatchObject({ code: "ATTUNE_ARGUMENT_INVALID" });
    expect(failed).toEqual(["a r2", "a r3"]);
  });
});
