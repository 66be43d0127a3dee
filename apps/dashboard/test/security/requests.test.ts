/** Paths, methods and upgrades that lead nowhere; what a dashboard to be looked at refuses; headers of every answer. */
import { expect, it } from "vitest";
import { codeOf, rawRequest, sendText } from "./raw-request.ts";
import { dashboardOnMemory, isOpen, withRequest } from "./threatened.ts";

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
  for (const path of ["/api/alerts", "/", "/nothing", "/ws/x"]) {
    const answer = await sendText(dashboard, upgrade(path, known));
    expect(answer, path).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer, path).toContain("UPGRADE_ELSEWHERE");
  }
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
