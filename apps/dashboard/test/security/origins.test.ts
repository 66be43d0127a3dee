/** What pages of other origins may try in a browser that has the cookie: requests, and forms. */
import { describe, expect, it } from "vitest";
import { codeOf, rawRequest } from "./raw-request.ts";
import { dashboardOnMemory, withRequest } from "./threatened.ts";

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
