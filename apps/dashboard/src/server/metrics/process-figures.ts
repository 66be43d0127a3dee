/**
 * The process itself, under the names of prom-client's default metrics. Those cannot be taken: they leave observers behind in
 * the process when a dashboard ends.
 */
import { readdir } from "node:fs/promises";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Registry } from "prom-client";
import { addFigure } from "./figures.ts";

const lagResolutionMs = 100;

/** The result ends it. */
export function addProcessFigures(registry: Registry): () => void {
  const lag = monitorEventLoopDelay({ resolution: lagResolutionMs });
  lag.enable();
  const add = (type: "gauge" | "counter", name: string, help: string, value: () => number) =>
    addFigure(registry, { name, help, type, samples: () => [{ value: value() }].filter(isKnown) });
  const cpu = (value: (usage: NodeJS.CpuUsage) => number) => () => value(process.cpuUsage()) / 1e6;
  const user = "process_cpu_user_seconds_total";
  add(
    "counter",
    user,
    "User CPU time in seconds.",
    cpu((usage) => usage.user),
  );
  const system = "process_cpu_system_seconds_total";
  add(
    "counter",
    system,
    "System CPU time in seconds.",
    cpu((usage) => usage.system),
  );
  const both = "process_cpu_seconds_total";
  add(
    "counter",
    both,
    "User and system CPU time in seconds.",
    cpu((usage) => usage.user + usage.system),
  );
  const startedAt = Date.now() / 1000 - process.uptime();
  add("gauge", "process_start_time_seconds", "Start of the process since 1970 in seconds.", () => startedAt);
  add("gauge", "process_resident_memory_bytes", "Resident memory in bytes.", () => process.memoryUsage.rss());
  addFigure(registry, {
    name: "process_open_fds",
    help: "Open file descriptors.",
    type: "gauge",
    samples: async () => [{ value: await openFiles() }].filter(isKnown),
  });
  const heap = (value: (usage: NodeJS.MemoryUsage) => number) => () => value(process.memoryUsage());
  add(
    "gauge",
    "nodejs_heap_size_total_bytes",
    "Size of the heap in bytes.",
    heap((usage) => usage.heapTotal),
  );
  add(
    "gauge",
    "nodejs_heap_size_used_bytes",
    "Used heap in bytes.",
    heap((usage) => usage.heapUsed),
  );
  add(
    "gauge",
    "nodejs_external_memory_bytes",
    "External memory in bytes.",
    heap((usage) => usage.external),
  );
  // Measured between ticks of its own timer.
  const lagOf = (ns: () => number) => () => Math.max(0, ns() / 1e9 - lagResolutionMs / 1000);
  add(
    "gauge",
    "nodejs_eventloop_lag_mean_seconds",
    "Lag of the event loop: mean.",
    lagOf(() => lag.mean),
  );
  add(
    "gauge",
    "nodejs_eventloop_lag_p99_seconds",
    "Lag of the event loop: 99th percentile.",
    lagOf(() => lag.percentile(99)),
  );
  add(
    "gauge",
    "nodejs_eventloop_lag_max_seconds",
    "Lag of the event loop: most.",
    lagOf(() => lag.max),
  );
  addFigure(registry, {
    name: "nodejs_version_info",
    help: "Version of Node.js.",
    type: "gauge",
    samples: () => [{ value: 1, labels: { version: process.version } }],
  });
  return () => lag.disable();
}

function isKnown({ value }: { readonly value: number }): boolean {
  return Number.isFinite(value);
}

/** `NaN` where the system does not tell. */
async function openFiles(): Promise<number> {
  try {
    return (await readdir("/proc/self/fd")).length - 1;
  } catch {
    return Number.NaN;
  }
}
