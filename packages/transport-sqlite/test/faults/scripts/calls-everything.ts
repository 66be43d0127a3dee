/** Calls every operation again and again while it is told to, and tells what became of the calls. */
import { openTransport } from "@attune/transport";
import { CallCounter } from "../call-counter.ts";
import type { CallerArgument, CallerCommand, CallerLedger, CallerReport, Storing } from "../held-lock.ts";
import { LoopWatch } from "../loop-watch.ts";

const { url, name, operationTimeoutMs } = JSON.parse(process.argv[2]!) as CallerArgument;

/** One call of each is begun so often, whatever has become of those before. */
const everyMs = 40;

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const transport = await openTransport(url, { operationTimeoutMs, logger: silent });
const { streams, mailboxes, records } = transport;

const stored: Record<Storing, string[]> = { append: [], post: [], put: [] };
const notStored: Record<Storing, string[]> = { append: [], post: [], put: [] };
const taken: string[] = [];

let counter = new CallCounter();
const loop = new LoopWatch();
let statuses: string[] = [];
transport.onStatus((status) => statuses.push(status));
let calling: NodeJS.Timeout | undefined;
let number = 0;

process.on("message", (command: CallerCommand) => void obey(command));
process.on("disconnect", () => process.exit());
process.send!("ready");

async function obey(command: CallerCommand): Promise<void> {
  if (command === "call") {
    loop.report();
    counter = new CallCounter();
    statuses = [];
    calling = setInterval(callEverything, everyMs);
    process.send!("calling");
  } else if (command === "report") {
    await recovered();
    clearInterval(calling);
    await counter.allSettled();
    const { calls, errors } = counter;
    process.send!({ calls, errors, statuses, loop: loop.report() } satisfies CallerReport);
  } else {
    process.send!({ stored, notStored, taken } satisfies CallerLedger);
  }
}

/** Resolves once writing works again. */
async function recovered(): Promise<void> {
  const before = stored.append.length;
  while (transport.status !== "available" || stored.append.length === before) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function callEverything(): void {
  const key = `${name}-${++number}`;
  const kept = { timestamp: new Date().toISOString(), source: name };
  const wanted = { anyOf: [{}], count: 1 };
  const message = { target: name, type: "call", source: name, body: "", ttlMs: 600_000, maxPending: 100_000 };
  const record = { value: key, leaseMs: null, keepMs: 600_000 };

  void store("append", key, () =>
    streams.append([{ ...kept, eventType: "called", data: key, maxLength: 1_000_000 }]),
  );
  void store("post", key, () => mailboxes.post({ ...message, id: key }));
  void store("put", key, () => records.put({ bucket: "called", key, ...record }));
  void counter.count(["take"], async () => {
    for (const { id } of await mailboxes.take({ agent: name, wanted, receipt: `r-${key}` })) taken.push(id);
  });
  void counter.count(["claim"], () =>
    records.claimExpired({ bucket: "called", claimer: name, holdMs: 1000, count: 1, gapMs: 60_000 }),
  );
  void counter.count(["clear"], () => mailboxes.clear(`nobody-${name}`, {}));
  void counter.count(["trim"], () => streams.trim("called", 1_000_000));

  read("read", () => streams.read(new Map([["called", "0-0"]]), { count: 10, blockMs: 0 }));
  read("range", () => streams.range({ eventType: "called", count: 10, newestFirst: true }));
  read("states", () => streams.states(["called"]));
  read("list streams", () => streams.list({ thorough: false }));
  read("list messages", () => mailboxes.list({ agent: name, selector: {}, count: 10 }));
  read("get", () => records.get("called", [key]));
  read("list records", () => records.list({ bucket: "called", from: null, count: 10 }));
  read("count", () => records.count("called"));
  read("info", () => transport.info());
}

async function store(what: Storing, key: string, call: () => Promise<unknown>): Promise<void> {
  const succeeded = await counter.count([what], call);
  (succeeded ? stored : notStored)[what].push(key);
}

function read(what: string, call: () => Promise<unknown>): void {
  void counter.count(transport.status === "available" ? [what, "reads while available"] : [what], call);
}
