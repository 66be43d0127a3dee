/** Contexts, names and callers of every kind. */
import { ApprovalGate } from "@attune/approvals";
import type { JsonValue } from "@attune/transport";
import { createMemoryTransport } from "@attune/transport-memory";
import { onEveryStore, until } from "@attune-tools/every-store";
import { expect, it, onTestFinished } from "vitest";

async function made(options: object = {}) {
  const transport = await createMemoryTransport(options);
  onTestFinished(() => transport.close());
  const gate = new ApprovalGate({ transport, agentId: "a" });
  onTestFinished(() => gate.close());
  return { transport, gate };
}

async function pending(gate: ApprovalGate, requestId: string) {
  await until("it is there", async () => (await gate.getApproval(requestId)) !== null);
  return (await gate.getApproval(requestId))!;
}

onEveryStore("odd names and contexts", (store) => {
  it("come back as they are", async () => {
    const one = store();
    const names = ["*", "a:b", "{x}", "  ", "🦊", "__proto__", "constructor", "\u0000", "a\nb"];
    for (const [n, name] of names.entries()) {
      const asking = new ApprovalGate({ transport: await one.open(), agentId: name });
      const context = JSON.parse(
        `{"__proto__":{"x":1},"10":1,"9":[1e300,-0.5,9007199254740991],"é":${JSON.stringify(name)}}`,
      );
      const answer = asking.requestApproval({
        approvalType: name,
        context,
        requestId: `r${n}`,
        allowedResponders: [`${name}!`],
      });
      const request = await pending(asking, `r${n}`);
      expect(request).toMatchObject({ agentId: name, approvalType: name });
      expect(JSON.stringify(request.context)).toBe(JSON.stringify(context));
      expect(await asking.getPendingApprovals({ approvalType: name })).toHaveLength(1);
      await asking.respondToApproval(`r${n}`, {
        approved: true,
        responder: `${name}!`,
        digest: request.digest,
      });
      expect(await answer).toMatchObject({ approved: true, responder: `${name}!` });
      expect(({} as { x?: number }).x).toBeUndefined();
    }
  });
});

it("the digest is that of the canonical JSON, whatever the order of the keys", async () => {
  const { gate } = await made();
  const digestOf = async (requestId: string, context: JsonValue) => {
    void gate.requestApproval({ approvalType: "t", context, requestId });
    return (await pending(gate, requestId)).digest;
  };
  const digest = await digestOf("a", { b: 1, a: { "10": 1, "9": 2, A: 3 } });
  expect(await digestOf("b", { a: { A: 3, "9": 2, "10": 1 }, b: 1 })).toBe(digest);
  expect(await digestOf("c", { a: { A: 3, "9": 2, "10": 2 }, b: 1 })).not.toBe(digest);
  expect(await digestOf("d", JSON.parse('{"__proto__":1}'))).not.toBe(await digestOf("e", {}));
  // printf '%s' '["t",{"a":{"10":1,"9":2,"A":3},"b":1}]' | sha256sum
  expect(digest).toBe("5da6aa22b597579aa65732f5ccd650a2b1f8b756f77af6ccee27a82abaa94f26");
});

it("an id that is taken on other terms is a mistake: fewer approvals are not what was asked for", async () => {
  const { gate } = await made();
  const asked = { approvalType: "t", context: 1, requestId: "r", requiredApprovals: 1 };
  void gate.requestApproval(asked);
  await pending(gate, "r");
  for (const other of [
    { requiredApprovals: 2 },
    { allowedResponders: ["ann"] },
    { requireDigest: true },
    { onTimeout: "approve" as const },
    { context: 2 },
    { approvalType: "u" },
  ]) {
    await expect(gate.requestApproval({ ...asked, ...other })).rejects.toMatchObject({
      code: "ATTUNE_ARGUMENT_INVALID",
      details: { argument: "requestId" },
    });
  }
});

it("nobody passes for nobody, and an agent is not asked to approve itself", async () => {
  const { gate } = await made();
  const asked = { approvalType: "t", context: 1 };
  await expect(gate.respondToApproval("r", { approved: true, responder: "system" })).rejects.toMatchObject({
    details: { argument: "responder" },
  });
  for (const [wrong, argument] of [
    [{ allowedResponders: ["system"] }, "allowedResponders"],
    [{ allowedResponders: ["a"] }, "allowedResponders"],
    [{ allowedResponders: ["a", "b"], requiredApprovals: 2 }, "allowedResponders"],
    [{ onTimeout: "escalate", escalateTo: ["a"] }, "escalateTo"],
  ] as const) {
    await expect(gate.requestApproval({ ...asked, ...wrong } as never)).rejects.toMatchObject({
      code: "ATTUNE_ARGUMENT_INVALID",
      details: { argument },
    });
  }
});

it("nonsense from JavaScript is a coded error of the call, never a crash", async () => {
  const { gate } = await made();
  const of = gate as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
  const calls: [string, unknown[]][] = [
    ["requestApproval", []],
    ["requestApproval", [null]],
    ["requestApproval", ["deploy"]],
    ["requestApproval", [{ approvalType: "t" }]],
    ["requestApproval", [{ approvalType: "t", context: 1n }]],
    ["requestApproval", [{ approvalType: "t", context: 1, allowedResponders: "ann" }]],
    ["requestApproval", [{ approvalType: "t", context: 1, allowedResponders: new Array(2) }]],
    ["requestApproval", [{ approvalType: "t", context: 1, timeoutMs: Number.NaN }]],
    ["requestApproval", [{ approvalType: "t", context: 1, timeoutMs: "60" }]],
    ["requestApproval", [{ approvalType: "\ud800", context: 1 }]],
    ["respondToApproval", []],
    ["respondToApproval", ["r"]],
    ["respondToApproval", ["r", null]],
    ["respondToApproval", [{ approved: true, responder: "x" }]],
    ["respondToApproval", ["\ud800", { approved: true, responder: "x" }]],
    ["respondToApproval", ["r", { approved: "true", responder: "x" }]],
    ["respondToApproval", ["r", { approved: true, responder: "x", reason: "x".repeat(4097) }]],
    ["respondToApproval", ["r", { approved: true, responder: "x", context: new Map() }]],
    ["attach", []],
    ["attach", ["r", null]],
    ["attach", ["r", { signal: "now" }]],
    ["getApproval", [7]],
    ["getPendingApprovals", [null]],
    ["getPendingApprovals", [{ approvalType: 7 }]],
    ["cancelApproval", ["r", 7]],
    ["cancelApproval", ["r", "\ud800"]],
  ];
  for (const [name, args] of calls) {
    const call = Promise.resolve().then(() => of[name]!.apply(gate, args));
    await expect(call, `${name}(${args.map(String)})`).rejects.toMatchObject({
      code: expect.stringMatching(/^ATTUNE_(ARGUMENT_INVALID|PAYLOAD_NOT_JSON)$/),
    });
  }
  const thrown = new Error("a getter");
  const hostile = {
    approvalType: "t",
    get context(): JsonValue {
      throw thrown;
    },
  };
  await expect(gate.requestApproval(hostile)).rejects.toBe(thrown);
  expect(await gate.getPendingApprovals()).toEqual([]);
});

it("a context that leaves no room for its end is refused, and one that just fits comes to it", async () => {
  const { gate } = await made({ maxPayloadBytes: 8000 });
  const asked = {
    approvalType: "t",
    requestId: "r",
    timeoutMs: 20,
    onTimeout: "escalate",
    escalateTo: ["boss"],
  } as const;
  await expect(gate.requestApproval({ ...asked, context: "x".repeat(7000) })).rejects.toMatchObject({
    code: "ATTUNE_PAYLOAD_TOO_LARGE",
  });
  let length = 7000;
  const ask = (): Promise<unknown> =>
    gate.requestApproval({ ...asked, context: "x".repeat(length) }).catch((error: { code: string }) => {
      if (error.code !== "ATTUNE_PAYLOAD_TOO_LARGE") throw error;
      length -= 10;
      return ask();
    });
  expect(await ask()).toMatchObject({ state: "timeout" });
  expect(length).toBeGreaterThan(4000);
  const stop = new AbortController();
  const answer = gate.requestApproval({
    ...asked,
    timeoutMs: 60_000,
    requestId: "s",
    context: "x".repeat(length),
    signal: stop.signal,
  });
  await pending(gate, "s");
  stop.abort(new Error("\u0001".repeat(100_000)));
  expect(await answer).toMatchObject({ state: "cancelled" });
  expect(await gate.getApproval("s")).toMatchObject({ state: "cancelled" });
});

it("a record that is none of ours is no request, and approves nothing", async () => {
  const { transport, gate } = await made();
  const broken = ["{}", "x", '{"request_id":"r","state":"approved","votes":[],"digest":""}'];
  for (const [n, value] of broken.entries()) {
    await transport.records.put({ bucket: "approval", key: `r${n}`, value, leaseMs: 60_000, keepMs: 60_000 });
    expect(await gate.getApproval(`r${n}`)).toBeNull();
    expect(await gate.attach(`r${n}`)).toBeNull();
    expect(await gate.respondToApproval(`r${n}`, { approved: true, responder: "ann" })).toMatchObject({
      refusal: "not-found",
    });
  }
  expect(await gate.getPendingApprovals()).toEqual([]);
});
