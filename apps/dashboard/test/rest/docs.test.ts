/** `/docs`: every route is in it, with what it takes and answers, and the page needs nothing from elsewhere. */
import { openTransport, silentLogger } from "@attune/transport";
import { expect, it, onTestFinished } from "vitest";
import { LiveFleet } from "../../src/live/live-fleet.ts";
import { buildServer } from "../../src/server/build-server.ts";
import { refusals } from "../../src/server/refusals.ts";
import { Access } from "../../src/server/security/access.ts";
import { runDashboard } from "../running-dashboard.ts";

interface Operation {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Readonly<Record<string, { readonly content?: object }>>;
}

type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

it("documents every route that there is, and none that there is not", async () => {
  const transport = await openTransport("memory:", { logger: silentLogger });
  onTestFinished(() => transport.close());
  const fleet = new LiveFleet(transport);
  onTestFinished(() => fleet.close());
  const server = await buildServer({
    fleet,
    access: new Access("token"),
    serverId: "s",
    version: "1.2.3",
    readOnly: false,
    responder: "r",
    maxClients: 1,
    webRoot: "/nowhere",
  });
  onTestFinished(() => server.close());
  await server.ready();
  const documented = Object.entries(server.swagger().paths as unknown as Paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const registered = routesIn(server.printRoutes({ commonPrefix: false })).filter(
    (route) => !/ \/(docs|ws)(\/|$)/.test(route),
  );
  expect(registered.length).toBeGreaterThan(15);
  expect(documented.sort()).toEqual(registered.sort());
});

/** Of the tree that is printed: a route's path is that of the line above and left of it, and its own part. */
function routesIn(tree: string): string[] {
  const paths: string[] = [];
  return tree.split("\n").flatMap((line) => {
    const match = /^([│├└─ ]*)(\S+) \(([A-Z, ]+)\)$/.exec(line);
    if (!match) return [];
    const depth = match[1]!.length / 4 - 1;
    paths.length = depth;
    paths.push(match[2]!);
    const path = paths.join("").replace(/:(\w+)/g, "{$1}");
    const methods = match[3]!.split(", ").filter((method) => method !== "HEAD");
    return methods.map((method) => `${method} ${path}`);
  });
}

it("tells of each route what it is for, what it takes, and what it answers", async () => {
  const dashboard = await runDashboard({ url: "memory:docs" });
  const { json } = await dashboard.get("/docs/json");
  expect(json.openapi).toBe("3.1.0");
  const tags = json.tags.map(({ name }: { name: string }) => name);
  for (const [path, methods] of Object.entries(json.paths as Paths)) {
    for (const [method, { summary, tags: own = [], parameters = [], responses }] of Object.entries(methods)) {
      const what = `${method} ${path}`;
      expect(summary, what).toMatch(/\w/);
      expect(own.length, what).toBe(1);
      expect(tags, what).toContain(own[0]);
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(
        parameters.filter((one) => one.in === "path").map(({ name }) => name),
        what,
      ).toEqual(inPath);
      expect(Object.keys(responses), what).toEqual(
        expect.arrayContaining(["200", "400", "401", "403", "429", "503"]),
      );
      expect(responses["200"]!.content, what).toBeDefined();
    }
  }
  const names = (path: string) => json.paths[path].get.parameters.map(({ name }: { name: string }) => name);
  expect(names("/api/events")).toEqual(["type", "from", "to", "order", "search", "full", "limit", "cursor"]);
});

it("is a page that loads all it needs from here, under a policy of its own", async () => {
  const dashboard = await runDashboard({ url: "memory:docs-page" });
  const page = await dashboard.get("/docs", { accept: "text/html" });
  expect(page.status).toBe(200);
  const links = [...page.text.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, link]) => link!);
  expect(links.length).toBeGreaterThan(3);
  for (const link of links) {
    expect(link).toMatch(/^\.?\/docs\/static\//);
    expect((await dashboard.get(link.replace(/^\./, ""))).status, link).toBe(200);
  }
  const policy = page.headers.get("content-security-policy")!;
  expect(policy).toMatch(/^default-src 'self'; /);
  expect(policy).not.toMatch(/https?:|\*|unsafe-eval/);
  expect((await dashboard.get("/docs/static/swagger-initializer.js")).text).toContain('"validatorUrl":null');
});

it("has a table of refusals whose statuses are those that are answered", () => {
  for (const [code, { status, meaning }] of Object.entries(refusals)) {
    expect(code).toMatch(/^[A-Z_]+$/);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(meaning).toMatch(/\.$/);
  }
});
