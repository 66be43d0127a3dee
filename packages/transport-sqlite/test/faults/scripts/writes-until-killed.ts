/**
 * Writes rounds of a batch, a message and a record without a break until it is killed. Each that was acknowledged is noted in a
 * file, which survives the kill. Told to, it stays at a statement within a transaction, and tells so.
 */
import { openSync, writeSync } from "node:fs";
import { StatementSync } from "node:sqlite";
import { openTransport } from "@attune/transport";
import { batchOf, type Go, type Halt, type WriterArgument } from "../kill-rounds.ts";

const { url, writer, ledger } = JSON.parse(process.argv[2]!) as WriterArgument;
const file = openSync(ledger, "a");
const note = (what: string, n: number) => writeSync(file, `${what} ${n}\n`);

// Whoever kills it may be gone himself.
process.on("disconnect", () => process.exit(1));
const go = new Promise<Go>((resolve) => process.once("message", resolve));
process.send!("ready");
const { halt, bulkEvery } = await go;
const transport = await openTransport(url);
if (halt) haltAt(halt);

for (let n = 1; ; n++) {
  const common = { timestamp: new Date().toISOString(), source: writer };
  const batch = batchOf().map(({ eventType, part }) => ({
    ...common,
    eventType,
    data: JSON.stringify({ writer, n, part }),
    maxLength: 10_000_000,
  }));
  await Promise.all([
    transport.streams.append(batch).then(() => note("batch", n)),
    transport.mailboxes
      .post({
        id: `${writer}-${n}`,
        target: `box-${writer}`,
        type: "round",
        source: writer,
        body: String(n),
        ttlMs: 3_600_000,
        maxPending: 100_000,
      })
      .then((outcome) => note(outcome === "posted" ? "message" : outcome, n)),
    transport.records
      .put({ bucket: "faults", key: writer, value: String(n), leaseMs: null, keepMs: 3_600_000 })
      .then(({ stored }) => note(stored ? "record" : "refused", n)),
  ]);
  if (n === 1 && !halt) process.send!("writing");
  if (n % bulkEvery > 0) continue;
  // Makes the log long, so that it is written back, and has entries trimmed.
  const bulk = { ...common, eventType: "bulk", data: JSON.stringify("x".repeat(40_000)), maxLength: 20 };
  await transport.streams.append(Array(4).fill(bulk));
}

/** Counts the statements of transactions that write, and blocks this process at the one that was asked for, to be killed there. */
function haltAt({ transaction, before }: Halt): void {
  let transactions = 0;
  let statements = 0;
  for (const method of ["run", "get", "all"] as const) {
    const original = StatementSync.prototype[method] as (...values: unknown[]) => unknown;
    const halting = function (this: StatementSync, ...values: unknown[]): unknown {
      const inside = transactions === transaction;
      const commits = this.sourceSQL === "COMMIT";
      if (inside && before !== "answer" && (commits || ++statements >= before)) stay();
      const result = original.apply(this, values);
      if (inside && commits) stay();
      if (this.sourceSQL === "BEGIN IMMEDIATE") transactions++;
      return result;
    };
    Object.assign(StatementSync.prototype, { [method]: halting });
  }
}

function stay(): never {
  process.send!("halted");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);
  // Nobody has.
  process.exit(1);
}
