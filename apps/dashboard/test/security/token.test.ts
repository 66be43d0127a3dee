/** Who comes without the token, with a wrong one, or with one where it does not belong; and what the link leaves. */
import { describe, expect, it } from "vitest";
import { codeOf, rawRequest } from "./raw-request.ts";
import { dashboardOnMemory } from "./threatened.ts";

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
