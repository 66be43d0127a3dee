import { createHmac } from "node:crypto";
import { loggerInto, until } from "@attune-tools/every-store";
import { freePort } from "@attune-tools/redis-server";
import { expect, onTestFinished, test } from "vitest";
import type { AlertChange } from "../src/alerts/alert-book.ts";
import { Webhook, webhookUrlOf } from "../src/alerts/webhook.ts";
import type { AlertJson } from "../src/protocol/records.ts";
import { startWebhookServer } from "./webhook-server.ts";

function webhookTo(url: string, { secret, pauseMs = 20 }: { secret?: string; pauseMs?: number } = {}) {
  const warnings: string[] = [];
  const webhook = new Webhook({
    url: webhookUrlOf(url),
    secret,
    version: "1.2.3",
    location: "redis://somewhere",
    logger: loggerInto(warnings),
    pauseMs,
  });
  onTestFinished(() => webhook.close());
  return { webhook, warnings };
}

function change(n: number, state: AlertChange["state"] = "firing", nth = 1): AlertChange {
  const alert: AlertJson = {
    alert_id: `error_rate-${n}`,
    rule: "error_rate",
    severity: "warning",
    summary: `${n} errors of agents within a minute.`,
    subjects: ["agent_error"],
    since: "2026-01-01T00:00:00.000Z",
    resolved_at: null,
  };
  return { state, change: nth, alert };
}

test("each change is posted once, in order, as JSON", async () => {
  const hook = await startWebhookServer();
  const { webhook } = webhookTo(hook.url);
  webhook.post(change(1));
  webhook.post(change(1, "resolved", 2));
  webhook.post(change(2));
  await hook.until(3);
  expect(hook.posts.map(({ body }) => `${body.state} ${body.alert.alert_id}`)).toEqual([
    "firing error_rate-1",
    "resolved error_rate-1",
    "firing error_rate-2",
  ]);
  expect(hook.posts[0]!.headers).toMatchObject({
    "content-type": "application/json",
    "user-agent": "attune-dashboard/1.2.3",
    "idempotency-key": "error_rate-1-1",
  });
  expect(hook.posts[0]!.body.store).toBe("redis://somewhere");
  await until("all are counted", () => webhook.counts.delivered === 3);
  expect(webhook.counts).toEqual({ delivered: 3, failed: 0, waiting: 0 });
});

test("with a secret whoever gets it can tell that it was not altered, nor kept and sent again later", async () => {
  const hook = await startWebhookServer();
  const { webhook } = webhookTo(hook.url, { secret: "shared" });
  webhook.post(change(1));
  await hook.until(1);
  const { headers, text } = hook.posts[0]!;
  const timestamp = headers["attune-timestamp"];
  const expected = createHmac("sha256", "shared")
    .update(`${String(timestamp)}.${text}`)
    .digest("hex");
  expect(headers["attune-signature"]).toBe(`sha256=${expected}`);
  expect(Math.abs(Number(timestamp) - Date.now() / 1000)).toBeLessThan(60);
});

test("without one nothing is signed; a user in the URL goes as such, and is not in the logs", async () => {
  const hook = await startWebhookServer((response) => void response.writeHead(400).end());
  const url = hook.url.replace("http://", "http://me:p%40ss@");
  const { webhook, warnings } = webhookTo(`${url}?key=secret`);
  webhook.post(change(1));
  await until("it is given up", () => webhook.counts.failed === 1);
  expect(hook.posts[0]!.headers).not.toHaveProperty("attune-signature");
  expect(hook.posts[0]!.headers.authorization).toBe(`Basic ${Buffer.from("me:p@ss").toString("base64")}`);
  expect(warnings.join()).toMatch(/could not be posted to http:\/\/127\.0\.0\.1:\d+: it answered 400/);
  expect(warnings.join()).not.toMatch(/secret|p@ss|p%40ss|hook/);
});

test("a server that fails is asked again, in ever longer pauses, and the next change waits behind it", async () => {
  const hook = await startWebhookServer(
    (response, count) => void response.writeHead(count < 4 ? 500 : 200).end(),
  );
  const { webhook } = webhookTo(hook.url);
  webhook.post(change(1));
  webhook.post(change(2));
  await hook.until(5);
  const ids = hook.posts.map(({ headers }) => headers["idempotency-key"]);
  expect(ids).toEqual([...Array(4).fill("error_rate-1-1"), "error_rate-2-1"]);
  const pauses = hook.posts.slice(1, 4).map(({ at }, index) => at - hook.posts[index]!.at);
  expect(pauses[0]).toBeGreaterThanOrEqual(9);
  expect(pauses[2]).toBeGreaterThanOrEqual(39);
});

test("each change has a key of its own, also where one alert is updated twice; attempts of one have the same", async () => {
  const hook = await startWebhookServer(
    (response, count) => void response.writeHead(count % 2 === 1 ? 500 : 200).end(),
  );
  const { webhook } = webhookTo(hook.url, { pauseMs: 1 });
  webhook.post(change(1, "firing", 1));
  webhook.post(change(1, "updated", 2));
  webhook.post(change(1, "updated", 3));
  await hook.until(6);
  const keys = hook.posts.map(({ headers }) => headers["idempotency-key"]);
  expect(keys).toEqual([1, 1, 2, 2, 3, 3].map((nth) => `error_rate-1-${nth}`));
  expect(hook.posts.map(({ body }) => body.change)).toEqual([1, 1, 2, 2, 3, 3]);
});

test("it is asked six times, then the change is given up, and the next one goes on", async () => {
  const hook = await startWebhookServer(
    (response, count) => void response.writeHead(count <= 6 ? 503 : 200).end(),
  );
  const { webhook, warnings } = webhookTo(hook.url, { pauseMs: 1 });
  webhook.post(change(1));
  webhook.post(change(2));
  await until("both are done with", () => webhook.counts.delivered === 1);
  expect(webhook.counts).toEqual({ delivered: 1, failed: 1, waiting: 0 });
  expect(hook.posts).toHaveLength(7);
  expect(warnings).toHaveLength(1);
});

test("Retry-After is waited for", async () => {
  const hook = await startWebhookServer((response, count) => {
    if (count === 1) response.setHeader("retry-after", "1");
    response.writeHead(count === 1 ? 429 : 200).end();
  });
  const { webhook } = webhookTo(hook.url, { pauseMs: 1 });
  webhook.post(change(1));
  await hook.until(2);
  expect(hook.posts[1]!.at - hook.posts[0]!.at).toBeGreaterThan(950);
});

test("what is refused is not asked again, and no redirect is followed", async () => {
  const other = await startWebhookServer();
  const hook = await startWebhookServer((response, count) => {
    response.writeHead(count === 1 ? 404 : 307, { location: other.url }).end();
  });
  const { webhook } = webhookTo(hook.url);
  webhook.post(change(1));
  webhook.post(change(2));
  await until("both are given up", () => webhook.counts.failed === 2);
  expect(hook.posts).toHaveLength(2);
  expect(other.posts).toHaveLength(0);
});

test("a server that dies is asked again until it is back", async () => {
  const port = await freePort();
  const { webhook } = webhookTo(`http://127.0.0.1:${port}/hook`, { pauseMs: 200 });
  webhook.post(change(1));
  await new Promise((resolve) => setImmediate(resolve));
  const hook = await startWebhookServer(undefined, port);
  await until("it is delivered", () => webhook.counts.delivered === 1);
  expect(hook.posts).toHaveLength(1);
});

test("at most a thousand wait: the oldest are dropped, and counted", async () => {
  const hook = await startWebhookServer(() => {}); // never answers
  const { webhook } = webhookTo(hook.url);
  for (let n = 1; n <= 1500; n++) webhook.post(change(n));
  expect(webhook.counts).toEqual({ delivered: 0, failed: 500, waiting: 1000 });
  // So that the end need not wait for it.
  await hook.until(1);
  await hook.close();
});

test("a server that never answers holds the end up for a moment only", async () => {
  const hook = await startWebhookServer(() => {});
  const { webhook } = webhookTo(hook.url);
  webhook.post(change(1));
  webhook.post(change(2));
  await hook.until(1);
  const startedAt = performance.now();
  await webhook.close();
  // A second and a half; each attempt would be given up after five.
  expect(performance.now() - startedAt).toBeLessThan(4500);
  webhook.post(change(3));
  expect(webhook.counts.waiting).toBe(0);
});

test("what can still be delivered at the end is", async () => {
  const hook = await startWebhookServer();
  const { webhook } = webhookTo(hook.url);
  for (let n = 1; n <= 5; n++) webhook.post(change(n));
  await webhook.close();
  expect(hook.posts).toHaveLength(5);
});

test.each(["ftp://x", "javascript:alert(1)", "nonsense", "http://a:%zz@b"])("%s is refused", (url) => {
  expect(() => webhookUrlOf(url)).toThrow(expect.objectContaining({ code: "ATTUNE_ARGUMENT_INVALID" }));
});
