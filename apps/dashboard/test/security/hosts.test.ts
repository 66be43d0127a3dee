/** Names under which somebody else makes a browser come here, each with its refusal. */
import { describe, expect, it } from "vitest";
import { codeOf, rawRequest, sendText } from "./raw-request.ts";
import { dashboardOnMemory, isOpen } from "./threatened.ts";

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
