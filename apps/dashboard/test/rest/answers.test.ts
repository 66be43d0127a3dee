/** What routes answer is what their documentation says, and no text that they are given makes one of them fail. */
import { ApprovalGate } from "@attune/approvals";
import { FeedbackLoop } from "@attune/feedback";
import { HeartbeatCoordinator } from "@attune/heartbeat";
import { CoordinationSignals } from "@attune/signals";
import { EventStreamer } from "@attune/streams";
import { openTransport, silentLogger } from "@attune/transport";
import { expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { runDashboard } from "../running-dashboard.ts";
import { eventually } from "./eventually.ts";

async function fullStore() {
  const transport = await openTransport("memory:", { logger: silentLogger });
  onTestFinished(() => transport.close());
  const dashboard = await runDashboard({ transport, pace: 10 });
  const agent = new HeartbeatCoordinator({ transport, enableStreaming: true });
  onTestFinished(() => agent.close());
  await agent.startHeartbeat("a", { metadata: { workflow: "w" } });
  const signals = new CoordinationSignals({ agentId: "a", transport, enableStreaming: true });
  await signals.signal({ signalType: "go", targetAgent: "a" });
  const gate = new ApprovalGate({ transport, agentId: "a" });
  onTestFinished(() => gate.close());
  for (const requestId of ["r1", "r2", "r3"]) {
    void gate.requestApproval({ approvalType: "t", context: { requestId }, requestId });
  }
  await eventually("they are asked", async () => (await dashboard.get("/api/approvals")).json.total === 3);
  await dashboard.post("/api/approvals/r1/approve", {});
  const feedback = new FeedbackLoop({ transport });
  for (let n = 0; n < 10; n++) {
    await feedback.recordFeedback({ workflowName: "w", stageName: "s", tier: "cheap", qualityScore: 0.1 });
  }
  const streamer = new EventStreamer({ transport });
  const id = await streamer.publishEvent("e", { x: 1 });
  await transport.streams.append([{ eventType: "e", timestamp: "?", data: "{", source: "s", maxLength: 10 }]);
  const group = streamer.consumeGroup({ group: "g", eventTypes: ["e"], from: "beginning", maxDeliveries: 1 });
  const first = await group[Symbol.asyncIterator]().next();
  await first.value!.nack();
  await eventually("it is given up", async () => (await streamer.countDeadLetters("g")) === 1);
  await group.close();
  await eventually("the agent is seen", async () => (await dashboard.get("/api/agents")).json.total === 1);
  return { transport, dashboard, id };
}

it("every answer fits the schema that is documented for it", async () => {
  const { dashboard, id } = await fullStore();
  const { json: docs } = await dashboard.get("/docs/json");
  const tried = new Set<string>();
  for (const [route, path, status = 200] of [
    ["/api/health", "/api/health"],
    ["/api/alerts", "/api/alerts"],
    ["/api/agents", "/api/agents"],
    ["/api/agents/{id}", "/api/agents/a"],
    ["/api/agents/{id}", "/api/agents/nobody", 404],
    ["/api/agents/{id}/timeline", "/api/agents/a/timeline"],
    ["/api/signals", "/api/signals"],
    ["/api/signals", "/api/signals?pending=true&agent=a"],
    ["/api/events", "/api/events"],
    ["/api/events", "/api/events?limit=x", 400],
    ["/api/events/{type}/{id}", `/api/events/e/${id}`],
    ["/api/event-types", "/api/event-types"],
    ["/api/approvals", "/api/approvals"],
    ["/api/approvals", "/api/approvals?state=decided"],
    ["/api/approvals/{id}", "/api/approvals/r1"],
    ["/api/approvals/{id}", "/api/approvals/r2"],
    ["/api/feedback/workflows", "/api/feedback/workflows"],
    ["/api/feedback/underperforming", "/api/feedback/underperforming"],
    ["/api/feedback/history", "/api/feedback/history?workflow=w&stage=s"],
    ["/api/streams/groups", "/api/streams/groups"],
    ["/api/dead-letters", "/api/dead-letters?group=g"],
  ] as const) {
    tried.add(route);
    const answer = await dashboard.get(path);
    expect(answer.status, path).toBe(status);
    const { schema } = docs.paths[route].get.responses[String(status)].content["application/json"];
    const fits = z.fromJSONSchema(schema).safeParse(answer.json);
    expect(fits.error, path).toBeUndefined();
    // Some of each: an empty list would fit anything.
    if (path !== "/api/alerts" && !path.includes("decided"))
      expect(answer.text, path).not.toMatch(/^\{"\w+":\[\]/);
  }
  const reading = Object.keys(docs.paths).filter((path) => docs.paths[path].get && path !== "/metrics");
  expect([...tried].sort()).toEqual(reading.sort());
  for (const [what, body, status] of [
    ["approve", {}, 200],
    ["reject", {}, 409],
    ["reject", { responder: "" }, 400],
  ] as const) {
    const answer = await dashboard.post(`/api/approvals/r3/${what}`, body);
    expect(answer.status).toBe(status);
    const { schema } =
      docs.paths[`/api/approvals/{id}/${what}`].post.responses[String(status)].content["application/json"];
    expect(z.fromJSONSchema(schema).safeParse(answer.json).error).toBeUndefined();
  }
});

const odd = [
  "\u0000",
  "a\nb",
  "x".repeat(1024),
  "é".repeat(600),
  "__proto__",
  "constructor",
  "😀",
  "%",
  "%2F",
  "/",
  "?",
  "#",
  "attune:x",
  "0",
  "-1",
  "1e9",
  "NaN",
  "null",
  "[]",
  "<img src=x onerror=alert(1)>",
  "'; DROP TABLE",
  "0-0",
  "18446744073709551615-18446744073709551615",
  "9999999999999999-0",
  "2026-13-40",
  "9999999-01-01",
  "0000-01-01T00:00:00Z",
];

it("no text in the place of a name, number, time or cursor makes a route fail", async () => {
  const { transport, dashboard } = await fullStore();
  const { json: docs } = await dashboard.get("/docs/json");
  const asked: string[] = [];
  for (const [path, methods] of Object.entries<{
    get?: { parameters?: { name: string; in: string; required?: boolean }[] };
  }>(docs.paths)) {
    const parameters = methods.get?.parameters ?? [];
    for (const { name, in: place } of parameters) {
      for (const text of odd) {
        const needed = parameters
          .filter((one) => one.required && one.in === "query" && one.name !== name)
          .map((one) => `${one.name}=w`);
        const filled = path.replace(/\{(\w+)\}/g, (_, one: string) =>
          one === name && place === "path" ? encodeURIComponent(text) : "a",
        );
        const query =
          place === "query" ? [...needed, `${encodeURIComponent(name)}=${encodeURIComponent(text)}`] : needed;
        asked.push(`${filled}?${query.join("&")}`);
      }
    }
  }
  expect(asked.length).toBeGreaterThan(500);
  const failed: string[] = [];
  let asking = dashboard;
  for (const [at, path] of asked.entries()) {
    // Each answers a thousand in ten seconds.
    if (at % 800 === 0) asking = await runDashboard({ transport });
    const { status, text } = await asking.get(path);
    if (![200, 400, 404].includes(status)) failed.push(`${status} ${path} ${text}`);
  }
  expect(failed).toEqual([]);
  expect(asking.warnings).toEqual([]);
});

it("a request for approval that another program wrote oddly does not hide the others", async () => {
  const { transport, dashboard } = await fullStore();
  const [record] = await transport.records.get("approval", ["r2"]);
  const odd = {
    ...JSON.parse(record!.value),
    request_id: "odd",
    on_timeout: "whatever",
    allowed_responders: [1, null],
    requested_at: "yesterday",
  };
  await transport.records.put({
    bucket: "approval",
    key: "odd",
    value: JSON.stringify(odd),
    leaseMs: 60_000,
    keepMs: 60_000,
  });
  const { status, json } = await dashboard.get("/api/approvals");
  expect(status).toBe(200);
  expect(json.approvals.map(({ request_id }: { request_id: string }) => request_id).sort()).toEqual([
    "odd",
    "r2",
    "r3",
  ]);
  expect((await dashboard.get("/api/approvals/odd")).status).toBe(200);
});
