/** What each fault test needs: a real Redis of its own, agents and monitors in processes of their own, and counts. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import {
  type AgentTransition,
  agentError,
  HeartbeatCoordinator,
  type HeartbeatCoordinatorOptions,
  type Liveness,
} from "@attune/heartbeat";
import { EventStreamer } from "@attune/streams";
import { openTransport, type Transport, type TransportOptions } from "@attune/transport";
import { type FaultyProxy, startProxy } from "@attune-tools/faulty-proxy";
import { type RedisServer, startRedis } from "@attune-tools/redis-server";
import type {} from "@attune-tools/redis-server/vitest-global-setup";
import { inject, onTestFinished, test } from "vitest";
import { collectWarnings } from "../on-every-store.ts";

/** A test that starts servers of its own; left out, with the rest of Redis, by ATTUNE_TEST_REDIS=skip. */
export const faultTest = test.skipIf(inject("redisUrl") === "");

/** Short enough for a test, long enough for a busy machine. */
export const ttlMs = 1500;

export async function startServer(): Promise<RedisServer> {
  const server = await startRedis();
  onTestFinished(() => server.stop());
  return server;
}

export async function proxyFor(server: RedisServer): Promise<FaultyProxy> {
  const proxy = await startProxy({ target: server });
  onTestFinished(() => proxy.close());
  return proxy;
}

export interface Member {
  readonly transport: Transport;
  readonly coordinator: HeartbeatCoordinator;
  readonly warnings: readonly string[];
}

/** A coordinator in this process. */
export async function join(
  url: string,
  options: HeartbeatCoordinatorOptions & TransportOptions = {},
): Promise<Member> {
  const { warnings, logger } = collectWarnings();
  const { operationTimeoutMs, prefix, ...rest } = options;
  const transport = await openTransport(url, { logger, operationTimeoutMs, prefix });
  onTestFinished(() => transport.close());
  const coordinator = new HeartbeatCoordinator({ ttlMs, logger, ...rest, transport });
  onTestFinished(() => coordinator.close());
  return { transport, coordinator, warnings };
}

/** What a monitor has been told, with the time of each. */
export interface Observed {
  readonly at: number;
  readonly agentId: string;
  readonly from: Liveness | null;
  readonly to: Liveness;
  readonly progress: number;
  readonly currentTask: string;
  readonly blockedForMs: number;
}

function observed({ agent, from, to }: AgentTransition): Observed {
  const { agentId, progress, currentTask, blockedForMs } = agent;
  return { at: Date.now(), agentId, from, to, progress, currentTask, blockedForMs };
}

/** Watches from this process. */
export function watch(coordinator: HeartbeatCoordinator): Observed[] {
  const seen: Observed[] = [];
  void (async () => {
    for await (const transition of coordinator.watchAgents()) seen.push(observed(transition));
  })();
  return seen;
}

export interface Program {
  readonly child: ChildProcess;
  /** Lines of its standard output. */
  readonly lines: readonly string[];
  send(line: string): void;
  /** The first line, from `after` on, that begins with this. */
  line(start: string, after?: number): Promise<string>;
  kill(): Promise<void>;
  readonly exited: Promise<number | null>;
}

/** Runs a program of scripts/ in a process of its own, killed when the test ends. */
export function run(script: string, url: string, argument: object = {}): Program {
  const path = fileURLToPath(new URL(`scripts/${script}`, import.meta.url));
  const child = spawn(process.execPath, ["--conditions=@attune/source", path, JSON.stringify(argument)], {
    env: { ...process.env, ATTUNE_URL: url },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines: string[] = [];
  createInterface({ input: child.stdout! }).on("line", (line) => lines.push(line));
  const exited = once(child, "exit").then(([code]) => code as number | null);
  const kill = async () => {
    child.kill("SIGKILL");
    await exited;
  };
  onTestFinished(kill);
  return {
    child,
    lines,
    exited,
    kill,
    send: (line) => void child.stdin!.write(`${line}\n`),
    async line(start, after = 0) {
      const find = () => lines.slice(after).find((line) => line.startsWith(start));
      await until(`${script} says ${start}`, () => find() !== undefined, 15_000);
      return find()!;
    },
  };
}

export function observations(program: Program): Observed[] {
  return program.lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as Observed);
}

/** Every agent_error in the store. */
export async function lossesIn(transport: Transport) {
  const events = await new EventStreamer({ transport }).getRecentEvents(agentError, { count: 10_000 });
  return events.map(({ data }) => data as { readonly agent_id: string; readonly current_task: string });
}

/** Waits for a condition; says which when it does not come. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  ms = 8000,
): Promise<number> {
  const start = performance.now();
  while (!(await condition())) {
    if (performance.now() - start > ms) throw new Error(`not within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return performance.now() - start;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** How often each liveness was told. */
export function tally(seen: readonly Observed[]): Partial<Record<Liveness, number>> {
  const counts: Partial<Record<Liveness, number>> = {};
  for (const { to } of seen) counts[to] = (counts[to] ?? 0) + 1;
  return counts;
}
