/** What differs between the Nodes that this package runs on, tried on whichever runs the tests. */
import { join } from "node:path";
import { DatabaseSync, StatementSync } from "node:sqlite";
import { manualClock } from "@attune/transport-conformance";
import { expect, it, onTestFinished, vi } from "vitest";
import { openParts } from "./support/open-parts.ts";
import { open, toPut, toRequest, valuesIn } from "./support/opened.ts";
import { scratchFolder } from "./support/scratch-folder.ts";
import { useEverything } from "./support/use-everything.ts";

// A busy machine takes its time.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const newPath = () => join(scratchFolder(), "attune.db");

it("no statement numbers its parameters: Node before 22.22 gives them no values by position", async () => {
  const prepare = vi.spyOn(DatabaseSync.prototype, "prepare");
  onTestFinished(() => prepare.mockRestore());
  const { transport } = await open({ path: newPath() });
  const watch = transport.bell.watch(["stream:t", "mailbox:x", "records:b", "streams"], () => {});
  await useEverything(transport);
  watch.close();
  const clock = manualClock();
  const swept = await openParts({ path: newPath(), clock, machineTime: clock.monotonic });
  await useEverything(swept.transport);
  await clock.advance(1_000_000);
  const statements = [...new Set(prepare.mock.calls.map(([sql]) => sql))];
  expect(statements.length).toBeGreaterThan(60);
  expect(statements.filter((sql) => /\?\d/.test(sql))).toEqual([]);
});

it("ids of rows beyond what a number can tell are never asked for: Node from 26.8 on throws then", async () => {
  const original = StatementSync.prototype.run;
  const run = vi.spyOn(StatementSync.prototype, "run");
  onTestFinished(() => run.mockRestore());
  let largest = 0n;
  run.mockImplementation(function (this: StatementSync, ...args: Parameters<typeof original>) {
    const result = original.apply(this, args);
    const { lastInsertRowid: id } = result;
    if (typeof id === "number" && id > Number.MAX_SAFE_INTEGER) {
      throw new RangeError(`Value is too large to be represented as a JavaScript number: ${id}`);
    }
    if (BigInt(id) > largest) largest = BigInt(id);
    return result;
  });
  const { transport, statuses } = await open({ path: newPath() });
  // The id of an entry begins with the number of its stream, that of a record with the number of its bucket.
  const names = Array.from({ length: 2100 }, (_, n) => `name-${n}`);
  await transport.streams.append(names.map((name) => toRequest(name, name)));
  await Promise.all(names.map((bucket) => transport.records.put(toPut("k", { bucket }))));
  const last = names.at(-1)!;
  await transport.streams.append([toRequest(last, "again")]);
  expect(await valuesIn(transport, last)).toEqual([last, "again"]);
  expect(await transport.streams.trim(last, 1)).toBe(1);
  expect(await transport.records.get(last, ["k"])).toMatchObject([{ version: 1 }]);
  expect(await transport.records.delete(last, "k")).toBe(true);
  await useEverything(transport);
  expect(largest).toBeGreaterThan(BigInt(Number.MAX_SAFE_INTEGER));
  expect(statuses).toEqual([]);
});
