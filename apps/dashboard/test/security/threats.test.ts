/** What somebody else's page, name or program may try, each with its refusal. */

import { ApprovalGate } from "@attune/approvals";
import { openTransport, silentLogger } from "@attune/transport";
import { until } from "@attune-tools/every-store";
import { describe, expect, it, onTestFinished } from "vitest";
import type { DashboardOptions } from "../../src/index.ts";
import { type RunningDashboard, runDashboard } from "../running-dashboard.ts";
import { codeOf, rawRequest, sendText } from "./raw-request.ts";

async function dashboardOnMemory(options: DashboardOptions = {}) {
  const transport = await openTransport("memory:", { logger: silentLogger });
  onTestFinished(() => transport.close());
  const dashboard = await runDashboard({ transport, ...options });
  const { port, host, origin } = new URL(dashboard.url);
  const bearer = { authorization: `Bearer ${dashboard.token}` };
  const cookie = { cookie: `attune_${port}=${dashboard.token}` };
  return { transport, dashboard, port, host, origin, bearer, cookie };
}

/** A request that waits, and the look at it: nothing of what is refused may have decided it. */
async function withRequest(options: DashboardOptions = {}) {
  const world = await dashboardOnMemory(options);
  const gate = new ApprovalGate({ transport: world.transport, agentId: "asker" });
  onTestFinished(() => gate.close());
  void gate.requestApproval({ approvalType: "deploy", context: 1, requestId: "r", timeoutMs: 600_000 });
  const state = async () => (await gate.getApproval("r"))?.state;
  await until("it is asked", async () => (await state()) === "pending");
  return { ...world, state, path: "/api/approvals/r/approve" };
}

async function isOpen(dashboard: RunningDashboard): Promise<void> {
  expect((await dashboard.get("/api/health")).status).toBe(200);
}

describe("another host name", () => {
  it("a foreign Host is refused, with the right token, too", async () => {
    const { dashboard, bearer, port } = await dashboardOnMemory();
    for (const host of [
      "evil.example",
      `evil.example:${port}`,
      "127.0.0.1",
      "127.0.0.1:1",
      `0.0.0.0:${port}`,
    ]) {
      const answer = await rawRequest(dashboard, { headers: { ...bearer, host } });
      expect([answer.status, codeOf(answer)], host).toEqual([421, "HOST_NOT_ALLOWED"]);
    }
    await isOpen(dashboard);
  });

  it("a name that was made to point here (DNS rebinding) is refused: pages, routes, /ws and writing", async () => {
    const { dashboard, port, cookie } = await dashboardOnMemory();
    const host = `127.0.0.1.rebind.example:${port}`;
    const headers = { ...cookie, host, origin: `http://${host}` };
    for (const path of [
      "/",
      "/api/agents",
      "/metrics",
      "/docs",
      "/docs/json",
      `/?token=${dashboard.token}`,
    ]) {
      const answer = await rawRequest(dashboard, { path, headers });
      expect(answer.status, path).toBe(421);
      expect(answer.headers["set-cookie"]).toBeUndefined();
    }
    const upgrade = { connection: "upgrade", upgrade: "websocket", "sec-websocket-version": "13" };
    const key = { "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==" };
    expect(
      (await rawRequest(dashboard, { path: "/ws", headers: { ...headers, ...upgrade, ...key } })).status,
    ).toBe(421);
    expect(
      (await rawRequest(dashboard, { method: "POST", path: "/api/approvals/r/approve", headers })).status,
    ).toBe(421);
  });

  it("is the same one in other letters; with a dot behind it is another one", async () => {
    const { dashboard, bearer, port } = await dashboardOnMemory();
    const statusOf = async (host: string) =>
      (await rawRequest(dashboard, { headers: { ...bearer, host } })).status;
    expect(await statusOf(`LocalHost:${port}`)).toBe(200);
    expect(await statusOf(`[::1]:${port}`)).toBe(200);
    expect(await statusOf(`localhost.:${port}`)).toBe(421);
    expect(await statusOf(`127.1:${port}`)).toBe(421);
  });

  it("two Host headers are refused, whichever comes first", async () => {
    const { dashboard, host } = await dashboardOnMemory();
    for (const hosts of [
      [host, "evil.example"],
      ["evil.example", host],
      [host, host],
    ]) {
      const lines = hosts.map((one) => `Host: ${one}\r\n`).join("");
      const answer = await sendText(
        dashboard,
        `GET /api/health HTTP/1.1\r\n${lines}Connection: close\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    }
  });

  it("an address in the place of the path is refused, whichever it names", async () => {
    const { dashboard, host, bearer } = await dashboardOnMemory();
    for (const target of [
      "http://evil.example/api/health",
      `http://${host}/api/health`,
      "*",
      `//${host}@evil/`,
    ]) {
      const text = `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${bearer.authorization}\r\nConnection: close\r\n\r\n`;
      expect(await sendText(dashboard, text), target).toMatch(/^HTTP\/1\.1 40[04] /);
    }
  });
});

describe("another origin", () => {
  it("a foreign Origin is refused for reading and writing, whatever token comes with it", async () => {
    const { dashboard, bearer, cookie, path, state } = await withRequest();
    const origin = "https://evil.example";
    for (const credential of [bearer, cookie]) {
      const read = await rawRequest(dashboard, { headers: { ...credential, origin } });
      expect([read.status, codeOf(read)]).toEqual([403, "ORIGIN_NOT_ALLOWED"]);
      const headers = { ...credential, origin, "content-type": "application/json" };
      const write = await rawRequest(dashboard, { method: "POST", path, headers, body: "{}" });
      expect([write.status, codeOf(write)]).toEqual([403, "ORIGIN_NOT_ALLOWED"]);
    }
    expect(await state()).toBe("pending");
  });

  it("Origin null (a sandboxed frame, a file) is refused", async () => {
    const { dashboard, cookie, path, state } = await withRequest();
    const headers = { ...cookie, origin: "null", "content-type": "application/json" };
    const answer = await rawRequest(dashboard, { method: "POST", path, headers, body: "{}" });
    expect([answer.status, codeOf(answer)]).toEqual([403, "ORIGIN_NOT_ALLOWED"]);
    expect(await state()).toBe("pending");
  });

  it("another port of this host, to which the browser gives the cookie, is refused", async () => {
    const { dashboard, cookie, path, state } = await withRequest();
    for (const origin of [
      "http://127.0.0.1:1",
      "http://127.0.0.1",
      "https://127.0.0.1:8000",
      "http://localhost:3000",
    ]) {
      const headers = {
        ...cookie,
        origin,
        "content-type": "application/json",
        "sec-fetch-site": "same-site",
      };
      const answer = await rawRequest(dashboard, { method: "POST", path, headers, body: "{}" });
      expect([answer.status, codeOf(answer)], origin).toEqual([403, "ORIGIN_NOT_ALLOWED"]);
    }
    expect(await state()).toBe("pending");
  });

  it("what a browser marks as of another site or port is refused without an Origin, too; a link to a page is not", async () => {
    const { dashboard, cookie } = await dashboardOnMemory();
    for (const site of ["cross-site", "same-site"]) {
      for (const path of ["/api/agents", "/%61pi/agents", "/metrics", "/docs/json"]) {
        const headers = {
          ...cookie,
          "sec-fetch-site": site,
          "sec-fetch-mode": "no-cors",
          accept: "text/html",
        };
        const answer = await rawRequest(dashboard, { path, headers });
        expect([answer.status, codeOf(answer)], path).toEqual([403, "CROSS_SITE"]);
        const followed = await rawRequest(dashboard, {
          path,
          headers: { ...headers, "sec-fetch-mode": "navigate" },
        });
        expect(followed.status, path).toBe(403);
      }
      const link = { "sec-fetch-site": site, "sec-fetch-mode": "navigate", accept: "text/html" };
      expect((await rawRequest(dashboard, { path: "/agents", headers: { ...cookie, ...link } })).status).toBe(
        200,
      );
    }
    for (const site of ["same-origin", "none"]) {
      expect((await rawRequest(dashboard, { headers: { ...cookie, "sec-fetch-site": site } })).status).toBe(
        200,
      );
    }
  });

  it("writing with the cookie and no Origin at all is refused; with the Bearer token it is not", async () => {
    const { dashboard, cookie, bearer, path, state } = await withRequest();
    const json = { "content-type": "application/json" };
    const answer = await rawRequest(dashboard, {
      method: "POST",
      path,
      headers: { ...cookie, ...json },
      body: "{}",
    });
    expect([answer.status, codeOf(answer)]).toEqual([403, "ORIGIN_MISSING"]);
    expect(await state()).toBe("pending");
    const other = await rawRequest(dashboard, {
      method: "POST",
      path,
      headers: { ...bearer, ...json },
      body: "{}",
    });
    expect(other.status).toBe(200);
    expect(await state()).toBe("approved");
  });

  it("no answer ever allows other origins (CORS), asked beforehand or not", async () => {
    const { dashboard, bearer, origin } = await dashboardOnMemory();
    const preflight = { origin: "https://evil.example", "access-control-request-method": "POST" };
    const answers = [
      await rawRequest(dashboard, { headers: { ...bearer, origin } }),
      await rawRequest(dashboard, { method: "OPTIONS", headers: preflight }),
      await rawRequest(dashboard, { method: "OPTIONS", headers: { ...preflight, origin, ...bearer } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 403, 405]);
    for (const { headers } of answers) {
      expect(Object.keys(headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
    }
  });
});

describe("forms of another site, with a valid cookie", () => {
  it.each([
    ["urlencoded", "application/x-www-form-urlencoded", "reason=x"],
    [
      "multipart",
      "multipart/form-data; boundary=b",
      '--b\r\nContent-Disposition: form-data; name="reason"\r\n\r\nx\r\n--b--',
    ],
    ["text/plain", "text/plain", '{"reason":"x"}'],
    ["text/plain that names JSON", "text/plain; application/json", '{"reason":"x"}'],
    ["of no type", "", '{"reason":"x"}'],
  ])("%s decides nothing, from the dashboard's own origin, too", async (_, type, body) => {
    const { dashboard, cookie, origin, path, state } = await withRequest();
    for (const [from, status] of [
      ["https://evil.example", 403],
      [origin, 415],
    ] as const) {
      const headers = { ...cookie, origin: from, ...(type === "" ? {} : { "content-type": type }) };
      expect((await rawRequest(dashboard, { method: "POST", path, headers, body })).status).toBe(status);
    }
    expect(await state()).toBe("pending");
    const headers = { ...cookie, origin, "content-type": "application/json; charset=utf-8" };
    expect((await rawRequest(dashboard, { method: "POST", path, headers, body: "{}" })).status).toBe(200);
  });
});

describe("the token", () => {
  it("without it nothing is told: no page, no file, no route, no documentation", async () => {
    const { dashboard } = await dashboardOnMemory();
    for (const path of [
      "/",
      "/index.html",
      "/api/health",
      "/api/agents",
      "/metrics",
      "/docs",
      "/docs/json",
      "/docs/static/swagger-ui.css",
      "/nothing",
    ]) {
      const answer = await rawRequest(dashboard, { path });
      expect([answer.status, codeOf(answer)], path).toEqual([401, "TOKEN_MISSING"]);
      expect(answer.headers["cache-control"]).toBe("no-store");
    }
  });

  it("a wrong one is none, wherever it stands", async () => {
    const { dashboard, port, bearer } = await dashboardOnMemory();
    const wrong = dashboard.token.slice(0, -1);
    const tries: Record<string, string>[] = [
      { authorization: `Bearer ${wrong}` },
      { authorization: `Bearer ${dashboard.token}x` },
      { authorization: `Basic ${dashboard.token}` },
      { authorization: dashboard.token },
      { authorization: "Bearer " },
      { cookie: `attune_${port}=${wrong}` },
      { cookie: `attune_1=${dashboard.token}` },
      { cookie: `attune_${port}=` },
      { cookie: "__proto__=x; attune_" },
    ];
    for (const headers of tries) {
      expect((await rawRequest(dashboard, { headers })).status, JSON.stringify(headers)).toBe(401);
    }
    expect((await rawRequest(dashboard, { headers: bearer })).status).toBe(200);
    for (const path of [
      `/?token=${wrong}`,
      "/?token=",
      `/api/health?token=${dashboard.token}`,
      `/metrics?token=${dashboard.token}`,
    ]) {
      const answer = await rawRequest(dashboard, { path });
      expect(answer.status, path).toBe(401);
      expect(answer.headers["set-cookie"]).toBeUndefined();
    }
  });

  it("in the link leaves a cookie that scripts and other sites do not get, and goes on without it", async () => {
    const { dashboard, port } = await dashboardOnMemory();
    const answer = await rawRequest(dashboard, { path: `/agents/a%2Fb?sort=x&token=${dashboard.token}` });
    expect(answer.status).toBe(200);
    expect(answer.headers["set-cookie"]).toEqual([
      `attune_${port}=${dashboard.token}; Path=/; HttpOnly; SameSite=Strict`,
    ]);
    expect(answer.headers.refresh).toBe("0;url=/agents/a%2Fb?sort=x");
    expect(answer.headers["cache-control"]).toBe("no-store");
    expect(answer.headers["referrer-policy"]).toBe("no-referrer");
    expect(answer.body).not.toContain(dashboard.token);
  });

  it("behind a proxy with https the cookie is for https only", async () => {
    const { dashboard } = await dashboardOnMemory({ publicUrls: ["https://attune.example.com"] });
    const headers = { host: "attune.example.com" };
    const { headers: got } = await rawRequest(dashboard, { path: `/?token=${dashboard.token}`, headers });
    expect(String(got["set-cookie"])).toContain("; Secure");
  });

  it.each([
    "//evil.example/?token=TOKEN",
    "///evil.example/x?token=TOKEN",
    "/%2F/evil.example?token=TOKEN",
    "/.//evil.example/?token=TOKEN",
    "/x/..//evil.example/?token=TOKEN",
    "/\\evil.example/?token=TOKEN",
    "/\\/evil.example/?token=TOKEN",
    "/@evil.example/?token=TOKEN",
    "/%09/evil.example/?token=TOKEN",
    "/x;url=//evil.example?token=TOKEN",
  ])("the link leads nowhere else: %s", async (path) => {
    const { dashboard, origin } = await dashboardOnMemory();
    const { headers } = await rawRequest(dashboard, { path: path.replace("TOKEN", dashboard.token) });
    const target = /^0;url=(.*)$/.exec(String(headers.refresh ?? "0;url=/"))![1]!;
    expect(target).toMatch(/^\/(?![/\\])/);
    expect(new URL(target, origin).origin).toBe(origin);
    expect(headers.location).toBeUndefined();
  });

  it("who comes with a browser and without it reads what to do", async () => {
    const { dashboard } = await dashboardOnMemory();
    for (const path of ["/", "/agents", "/?token=wrong", "/docs"]) {
      const answer = await rawRequest(dashboard, { path, headers: { accept: "text/html,*/*" } });
      expect(answer.status).toBe(401);
      expect(answer.headers["content-type"]).toBe("text/html; charset=utf-8");
      expect(answer.body).toContain("<h1>This dashboard lets in whoever has its link</h1>");
      expect(answer.body).not.toContain("wrong");
    }
    const api = await rawRequest(dashboard, { headers: { accept: "text/html" } });
    expect([api.status, codeOf(api)]).toEqual([401, "TOKEN_MISSING"]);
  });

  it("a link from another site, with which the strict cookie does not come, is followed once more from here", async () => {
    const { dashboard } = await dashboardOnMemory();
    const link = { accept: "text/html", "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
    const first = await rawRequest(dashboard, { path: "/approvals/r?x=1", headers: link });
    expect([first.status, first.headers.refresh]).toEqual([200, "0;url=/approvals/r?x=1"]);
    expect(first.headers["set-cookie"]).toBeUndefined();
    const again = { ...link, "sec-fetch-site": "same-origin" };
    expect((await rawRequest(dashboard, { path: "/approvals/r?x=1", headers: again })).status).toBe(401);
  });

  it("is never logged", async () => {
    const { dashboard } = await dashboardOnMemory();
    await rawRequest(dashboard, { path: `/?token=${dashboard.token}` });
    await rawRequest(dashboard, { path: `/api/health?token=${dashboard.token}` });
    await rawRequest(dashboard, { path: `/%zz?token=${dashboard.token}` });
    expect(dashboard.warnings.join()).not.toContain(dashboard.token);
  });
});

describe("too much", () => {
  it("a body of 1 MiB + 1 byte is refused, one of 1 MiB is read", async () => {
    const { dashboard, path, state } = await withRequest();
    const body = (bytes: number) => `{"reason":"${"x".repeat(bytes - 13)}"}`;
    const send = (text: string) =>
      fetch(`${dashboard.url}${path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${dashboard.token}`, "content-type": "application/json" },
        body: text,
      });
    const refused = await send(body(1024 * 1024 + 1));
    expect([refused.status, ((await refused.json()) as { error: { code: string } }).error.code]).toEqual([
      413,
      "BODY_TOO_LARGE",
    ]);
    const read = await send(body(1024 * 1024));
    expect([read.status, ((await read.json()) as { error: { code: string } }).error.code]).toEqual([
      400,
      "REQUEST_INVALID",
    ]);
    expect(await state()).toBe("pending");
  });

  it("of a flood of requests a thousand are answered, and the others told when to come back; guesses of the token count, too", async () => {
    const { dashboard, bearer } = await dashboardOnMemory();
    const statuses: number[] = [];
    const flood = async (count: number) => {
      for (let at = 0; at < count; at++) {
        const headers = at % 2 === 0 ? bearer : { authorization: "Bearer guess" };
        statuses.push((await fetch(`${dashboard.url}/api/alerts`, { headers })).status);
      }
    };
    await Promise.all(Array.from({ length: 10 }, () => flood(110)));
    const counts = (status: number) => statuses.filter((one) => one === status).length;
    expect([counts(200) + counts(401), counts(429)]).toEqual([1000, 100]);
    const answer = await rawRequest(dashboard, { headers: bearer });
    expect([answer.status, codeOf(answer)]).toEqual([429, "TOO_MANY_REQUESTS"]);
    expect(Number(answer.headers["retry-after"])).toBeGreaterThanOrEqual(1);
    expect(Number(answer.headers["retry-after"])).toBeLessThanOrEqual(10);
  });
});

describe("bodies that are none", () => {
  it.each([
    ["__proto__", '{"__proto__":{"readOnly":false},"reason":"x"}', "BODY_INVALID"],
    ["constructor.prototype", '{"constructor":{"prototype":{"x":1}}}', "BODY_INVALID"],
    ["a field too many", '{"reason":"x","approved":true}', "REQUEST_INVALID"],
    ["a wrong type", '{"reason":1}', "REQUEST_INVALID"],
    ["an array", "[]", "REQUEST_INVALID"],
    ["null", "null", "REQUEST_INVALID"],
    ["nothing", "", "BODY_INVALID"],
    ["half of one", '{"reason":', "BODY_INVALID"],
    ["a wrong digest", '{"digest":"../"}', "REQUEST_INVALID"],
    ["nobody as the responder", '{"responder":"system"}', "ATTUNE_ARGUMENT_INVALID"],
    ["a reason beyond its bound", `{"reason":"${"é".repeat(2049)}"}`, "REQUEST_INVALID"],
  ])("%s", async (_, body, code) => {
    const { dashboard, bearer, path, state } = await withRequest();
    const headers = { ...bearer, "content-type": "application/json" };
    const answer = await rawRequest(dashboard, { method: "POST", path, headers, body });
    expect([answer.status, codeOf(answer)]).toEqual([400, code]);
    expect(await state()).toBe("pending");
    expect({}).not.toHaveProperty("readOnly");
  });
});

it("on a dashboard to be looked at only nothing is approved or rejected", async () => {
  const { dashboard, state } = await withRequest({ readOnly: true });
  for (const what of ["approve", "reject"]) {
    const answer = await dashboard.post(`/api/approvals/r/${what}`, {});
    expect([answer.status, answer.json.error.code]).toEqual([403, "READ_ONLY"]);
  }
  expect(await state()).toBe("pending");
  expect((await dashboard.get("/api/approvals/r")).json.approval.state).toBe("pending");
  expect((await dashboard.get("/api/health")).json.read_only).toBe(true);
});

it("no path leads out of the web app's folder", async () => {
  const { dashboard, bearer } = await dashboardOnMemory();
  for (const path of [
    "/..%2f..%2fpackage.json",
    "/../../package.json",
    "/assets/../../package.json",
    "/assets/..%2f..%2fpackage.json",
    "/%2e%2e/%2e%2e/package.json",
    "/..\\..\\package.json",
    "/%00",
    "//etc/passwd",
    "/docs/static/..%2f..%2fpackage.json",
    "/docs/static/../../package.json",
  ]) {
    for (const accept of ["application/json", "text/html"]) {
      const answer = await rawRequest(dashboard, { path, headers: { ...bearer, accept } });
      // A page of the web app at most.
      expect([400, 403, 404, ...(accept === "text/html" ? [200] : [])], path).toContain(answer.status);
      expect(answer.body).not.toMatch(/"name"|root:/);
    }
  }
});

it("an upgrade that is refused, or that leads to no socket, leaves no connection behind", async () => {
  const { dashboard, host, bearer } = await dashboardOnMemory();
  const upgrade = (path: string, lines: string) =>
    `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: upgrade\r\nUpgrade: websocket\r\n${lines}\r\n`;
  expect(await sendText(dashboard, upgrade("/ws", ""))).toMatch(/^HTTP\/1\.1 401 /);
  const known = `Authorization: ${bearer.authorization}\r\n`;
  expect(await sendText(dashboard, upgrade("/api/alerts", known))).toMatch(/^HTTP\/1\.1 /);
});

it("methods that are not understood are refused, those of other paths are not found", async () => {
  const { dashboard, bearer, origin } = await dashboardOnMemory();
  const ask = async (method: string, path = "/api/agents") => {
    const headers = { ...bearer, origin, "content-type": "application/json", "content-length": "2" };
    const body = method === "HEAD" || method === "GET" ? undefined : "{}";
    return rawRequest(dashboard, {
      method,
      path,
      headers: body ? headers : { ...bearer, origin },
      ...(body ? { body } : {}),
    });
  };
  for (const method of ["OPTIONS", "TRACE", "PUT", "PATCH", "DELETE", "PROPFIND"]) {
    const answer = await ask(method);
    expect([answer.status, answer.headers.allow], method).toEqual([405, "GET, HEAD, POST"]);
  }
  const head = await ask("HEAD");
  expect([head.status, head.body]).toEqual([200, ""]);
  expect((await ask("POST")).status).toBe(404);
  expect((await ask("GET", "/api/approvals/r/approve")).status).toBe(404);
});

it("paths that are wrongly encoded, or longer than any, are refused, and the server lives on", async () => {
  const { dashboard, bearer } = await dashboardOnMemory();
  const bad = await rawRequest(dashboard, { path: "/api/agents/%zz", headers: bearer });
  expect([bad.status, codeOf(bad)]).toEqual([400, "TARGET_INVALID"]);
  expect(bad.headers["x-content-type-options"]).toBe("nosniff");
  const long = await rawRequest(dashboard, { path: `/api/agents/${"x".repeat(5000)}`, headers: bearer });
  expect([400, 404, 414]).toContain(long.status);
  expect(await sendText(dashboard, "nonsense\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 /);
  await isOpen(dashboard);
});

it("answers come with headers that let a browser do the least with them", async () => {
  const { dashboard } = await dashboardOnMemory();
  for (const path of ["/", "/api/agents", "/api/nothing", "/metrics", "/docs/json"]) {
    const { headers } = await dashboard.get(path);
    expect(headers.get("content-security-policy"), path).toMatch(/^default-src 'self';/);
    expect(headers.get("content-security-policy"), path).toContain("frame-ancestors 'none'");
    expect(headers.get("x-content-type-options"), path).toBe("nosniff");
    expect(headers.get("referrer-policy"), path).toBe("no-referrer");
    expect(headers.get("cross-origin-resource-policy"), path).toBe("same-origin");
    expect(headers.get("cache-control"), path).toBe(path === "/" ? "no-cache" : "no-store");
  }
});
