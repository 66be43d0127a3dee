/** The packages as npm would publish them, installed from tarballs into empty projects. */
import { randomUUID } from "node:crypto";
import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type {} from "@attune-tools/redis-server/vitest-global-setup";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import {
  checkTypes,
  installProject,
  outputOf,
  type PackedPackage,
  packPackages,
  strayFiles,
} from "../../src/index.ts";

const root = join(import.meta.dirname, "../../../..");
const names = [
  "transport",
  "transport-memory",
  "transport-redis",
  "transport-sqlite",
  "streams",
  "heartbeat",
  "signals",
  "feedback",
  "workflow",
  "approvals",
  "archive",
  "cli",
  "transport-conformance",
];
/** What is published from elsewhere than packages/. */
const apps = ["dashboard"];

const redisUrl = inject("redisUrl");

let folder: string;
let packed: Map<string, PackedPackage>;
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "attune-packed-")));
  const folders = [...names.map((name) => `packages/${name}`), ...apps.map((name) => `apps/${name}`)];
  packed = await packPackages(root, folders, folder);
});
afterAll(() => rm(folder, { recursive: true }));

const tarballOf = (name: string) => packed.get(name)!.tarball;

describe.each([...names, ...apps].map((name) => `@attune/${name}`))("%s", (name) => {
  test("packs what belongs there, and nothing else", () => {
    expect(strayFiles(packed.get(name)!.files)).toEqual([]);
  });

  test("can be imported when it is installed alone", async () => {
    const { needs } = packed.get(name)!;
    const project = await installProject(
      join(folder, "alone", name.slice("@attune/".length)),
      [name, ...needs].map(tarballOf),
    );
    const source = `import * as exported from "${name}";\nconsole.log(Object.keys(exported).length > 0);\n`;
    expect(await project.run("import.mjs", source)).toEqual({
      stdout: "true\n",
      stderr: "",
      failure: undefined,
    });
  });
});

describe("with the memory transport only", () => {
  const open = (url: string) => `
    import { EventStreamer } from "@attune/streams";
    import { openTransport } from "@attune/transport";
    try {
      await using transport = await openTransport("${url}");
      const streamer = new EventStreamer({ transport });
      await streamer.publishEvent("packed", { n: 1 });
      console.log(JSON.stringify((await streamer.getRecentEvents("packed")).map((event) => event.data)));
    } catch (error) {
      console.log(error.code, error.message);
    }`;
  const project = () =>
    installProject(
      join(folder, "memory"),
      ["@attune/transport", "@attune/transport-memory", "@attune/streams"].map(tarballOf),
    );

  test("memory: works, and redis:// names the package to install", async () => {
    const { run } = await project();
    expect(await run("memory.mjs", open("memory:"))).toEqual({
      stdout: '[{"n":1}]\n',
      stderr: "",
      failure: undefined,
    });
    const redis = await run("redis.mjs", open("redis://127.0.0.1:6379"));
    expect(redis).toMatchObject({ stderr: "", failure: undefined });
    expect(redis.stdout).toMatch(/^ATTUNE_ADAPTER_MISSING .*npm install @attune\/transport-redis$/m);
  });
});

describe("with all packages", () => {
  let project: Awaited<ReturnType<typeof installProject>>;
  beforeAll(async () => {
    const tarballs = [...packed.values()].map(({ tarball }) => tarball);
    project = await installProject(join(folder, "all"), [...tarballs, "ioredis@5", "@types/node@24"]);
  });

  test("an event goes from one process to another through the embedded file, without a URL", () =>
    crossProcesses(""));
  test.skipIf(!redisUrl)("an event goes from one process to another over Redis", () =>
    crossProcesses(redisUrl),
  );

  async function crossProcesses(url: string): Promise<void> {
    const env = { ATTUNE_URL: url, EVENT_TYPE: `packed-${randomUUID()}` };
    const begin = `
      import { EventStreamer } from "@attune/streams";
      import { openTransport } from "@attune/transport";
      await using transport = await openTransport();
      const streamer = new EventStreamer({ transport, source: "packed" });`;
    const consuming = project.run(
      "consume.mjs",
      `${begin}
      const events = streamer.consumeEvents({ eventTypes: [process.env.EVENT_TYPE], from: "beginning" });
      for await (const { data, source, valid } of events) {
        console.log(JSON.stringify({ data, source, valid }));
        await streamer.deleteStream(process.env.EVENT_TYPE);
        break;
      }`,
      env,
    );
    const publishing = project.run(
      "publish.mjs",
      `${begin}
      console.log(await streamer.publishEvent(process.env.EVENT_TYPE, { text: "grüße" }) !== "");`,
      env,
    );
    expect(await publishing).toEqual({ stdout: "true\n", stderr: "", failure: undefined });
    expect(await consuming).toEqual({
      stdout: '{"data":{"text":"grüße"},"source":"packed","valid":true}\n',
      stderr: "",
      failure: undefined,
    });
  }

  test.each(["attune", "empathy"])("the command %s publishes an event and finds it", async (name) => {
    const command = join(project.folder, "node_modules/.bin", name);
    const options = { cwd: project.folder, env: { ATTUNE_URL: `sqlite:${name}.db` }, timeoutMs: 20_000 };
    const published = await outputOf(command, ["events", "publish", "packed", "[1]"], options);
    expect(published).toMatch(/^\d+-0$/m);
    const found = await outputOf(command, ["telemetry", "events", "--json"], options);
    expect(JSON.parse(found)).toMatchObject([{ event_type: "packed", data: [1] }]);
    expect(await outputOf(command, ["--help"], options)).toContain(`Usage: ${name} [options] [command]`);
  });

  test("npx @attune/cli is the command", async () => {
    const options = { cwd: project.folder, timeoutMs: 20_000 };
    expect(await outputOf("npx", ["--no", "--", "@attune/cli", "--version"], options)).toBe("0.0.0\n");
  });

  test("npx @attune/dashboard is the dashboard, and its web app is packed", async () => {
    const options = { cwd: project.folder, timeoutMs: 20_000 };
    expect(await outputOf("npx", ["--no", "--", "@attune/dashboard", "--version"], options)).toBe("0.0.0\n");
    const asked = await project.run(
      "dashboard.mjs",
      `
      import { startDashboard } from "@attune/dashboard";
      await using dashboard = await startDashboard({ url: "sqlite:dashboard.db", port: 0 });
      const get = (path) => fetch(dashboard.url + path, { headers: { authorization: "Bearer " + dashboard.token } });
      const page = await (await get("/")).text();
      const assets = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path);
      for (const path of ["/api/health", "/docs/json", "/metrics", ...assets]) {
        const { status } = await get(path);
        if (status !== 200) console.log(path, status);
      }
      console.log(assets.length > 1, (await fetch(dashboard.url)).status);`,
    );
    expect(asked).toEqual({ stdout: "true 401\n", stderr: "", failure: undefined });
  });

  test("the thread that writes the file's log back is packed, and works", async () => {
    const written = await project.run(
      "log.mjs",
      `
      import { statSync } from "node:fs";
      import { setTimeout as pause } from "node:timers/promises";
      import { openTransport } from "@attune/transport";
      await using transport = await openTransport("sqlite:log.db");
      const append = (n) => transport.streams.append([
        { eventType: "a", timestamp: new Date().toISOString(), data: JSON.stringify("x".repeat(n)), source: "packed", maxLength: 10 },
      ]);
      // Only the thread writes the log back into the file.
      while (statSync("log.db").size < 1024 * 1024) {
        await append(100_000);
        await pause(1);
      }
      console.log("written back");`,
    );
    expect(written).toEqual({ stdout: "written back\n", stderr: "", failure: undefined });
  });

  const strict = {
    target: "es2024",
    lib: ["es2024", "esnext.disposable"],
    strict: true,
    skipLibCheck: false,
    noEmit: true,
    types: ["node"],
  };
  const nodenext = { module: "nodenext", moduleResolution: "nodenext" };
  test.each([
    ["nodenext", nodenext],
    ["bundler", { module: "esnext", moduleResolution: "bundler" }],
    ["nodenext and exactOptionalPropertyTypes", { ...nodenext, exactOptionalPropertyTypes: true }],
  ])(
    "a program type-checks with moduleResolution %s, their declarations included",
    async (resolution, options) => {
      const own = `tsconfig.${resolution.replaceAll(" ", "-")}.json`;
      await writeFile(join(project.folder, "program.ts"), typedProgram);
      await writeFile(
        join(project.folder, own),
        JSON.stringify({ compilerOptions: { ...strict, ...options }, files: ["program.ts"] }),
      );
      expect(await checkTypes(root, project.folder, own)).toEqual([]);
    },
  );
});

/** What is said of types in the documents: data typed by its definition, wrong data refused by the compiler. */
const typedProgram = `
import { defineEvent, type EventInput, EventStreamer, type StreamEvent } from "@attune/streams";
import { AttuneError, type ErrorCode, openTransport, type Transport } from "@attune/transport";
import { manualClock, transportConformance } from "@attune/transport-conformance";
import { createMemoryTransport } from "@attune/transport-memory";
import { createRedisTransport } from "@attune/transport-redis";
import { createSqliteTransport } from "@attune/transport-sqlite";
import { Redis } from "ioredis";
import { z } from "zod";

const reviewDone = defineEvent("review_done", z.object({ file: z.string(), findings: z.number() }));
const input: EventInput<typeof reviewDone> = { file: "a.ts", findings: 3 };

await using transport: Transport = await openTransport("memory:", { onUnavailable: "throw" });
const streamer = new EventStreamer({ transport });
await streamer.publishEvent(reviewDone, input);
// @ts-expect-error a number is no text
await streamer.publishEvent(reviewDone, { file: 1, findings: 3 });
// @ts-expect-error JSON has no Date
await streamer.publishEvent("plain", { at: new Date() });

const events = streamer.consumeEvents({ eventTypes: [reviewDone, "build_done"], from: "beginning" });
await events.ready;
for await (const event of events) {
  if (event.eventType === "review_done" && event.valid) {
    const findings: number = event.data.findings;
    // @ts-expect-error the definition has no such field
    console.log(findings, event.data.nothing);
  }
  const any: StreamEvent<string, unknown> = event;
  console.log(any.eventId);
}

try {
  await using memory = await createMemoryTransport();
  await using redis = await createRedisTransport({ client: new Redis() });
  await using file = await createSqliteTransport({ path: "x.db", synchronous: "full" });
  console.log(memory.status, redis.status, file.status, manualClock().now());
} catch (error) {
  if (error instanceof AttuneError) {
    const code: ErrorCode = error.code;
    console.log(code);
  }
}
export const register = () =>
  transportConformance({ name: "mine", open: (options) => createMemoryTransport(options) });
`;
