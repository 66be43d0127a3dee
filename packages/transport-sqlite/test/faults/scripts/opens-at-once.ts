/**
 * Opens files when it is told to, all at the same time as others do: writes an entry in each, and tells whose entries it has seen
 * once it has seen them all.
 */
import { DatabaseSync, StatementSync } from "node:sqlite";
import { openTransport } from "@attune/transport";
// Loaded beforehand: that takes longer than opening.
import "@attune/transport-sqlite";
import type { Opening, OpeningReport } from "../opening-at-once.ts";

/** Whose entry has not come by then does not come any more. */
const patienceMs = 10_000;
/** How long a halt lasts at most. */
const haltMs = 4;

const { name } = JSON.parse(process.argv[2]!) as { name: string };

let halting = false;
haltAfter(StatementSync.prototype, ["run", "get", "all"]);
haltAfter(DatabaseSync.prototype, ["exec"]);
process.on("message", (opening: Opening) => void open(opening));
process.send!("ready");

async function open({ url, at, others, ...opening }: Opening): Promise<void> {
  while (Date.now() < at);
  const warnings: string[] = [];
  const log = (message: string) => warnings.push(message);
  const report: OpeningReport = { status: "", openedMs: 0, seen: [], warnings, error: undefined };
  const startedAt = performance.now();
  halting = opening.halting;
  try {
    const logger = { debug: () => {}, info: () => {}, warn: log, error: log };
    const transport = await openTransport(url, { logger });
    halting = false;
    report.openedMs = performance.now() - startedAt;
    report.status = transport.status;
    const timestamp = new Date().toISOString();
    await transport.streams.append([
      { eventType: "opened", timestamp, data: name, source: name, maxLength: 1000 },
    ]);
    const until = performance.now() + patienceMs;
    while (report.seen.length < others && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      const entries = await transport.streams.range({ eventType: "opened", count: 1000, newestFirst: false });
      report.seen = entries.map(({ data }) => data!);
    }
    await transport.close();
  } catch (error) {
    report.error = String(error);
  }
  process.send!(report);
}

/** Blocks this process for a moment after each call of these methods, while it is to. */
function haltAfter<T extends object>(prototype: T, methods: readonly (keyof T & string)[]): void {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  for (const method of methods) {
    const original = prototype[method] as (...values: unknown[]) => unknown;
    const slowed = function (this: T, ...values: unknown[]): unknown {
      try {
        return original.apply(this, values);
      } finally {
        if (halting) Atomics.wait(cell, 0, 0, Math.random() * haltMs);
      }
    };
    Object.assign(prototype, { [method]: slowed });
  }
}
