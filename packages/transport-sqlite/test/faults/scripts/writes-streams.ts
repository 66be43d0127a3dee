/** Writes for some time without a pause to a stream of its own and to one that others write to as well, in every way that there is. */
import { type AppendRequest, openTransport } from "@attune/transport";
import { CallCounter } from "../call-counter.ts";
import { LoopWatch } from "../loop-watch.ts";
import {
  type Numbered,
  ownStream,
  shared,
  type TrafficWriterArgument,
  type TrafficWriterReport,
} from "../traffic.ts";

const { url, writer, forMs } = JSON.parse(process.argv[2]!) as TrafficWriterArgument;
const own = ownStream(writer);
const sent: Record<string, number> = { [own]: 0, [shared]: 0 };
const counter = new CallCounter();
let acknowledged = 0;
const repeated = { calls: 0, sameId: 0 };

const transport = await openTransport(url);
const told = new Promise((resolve) => process.once("message", resolve));
process.send!("ready");
await told;
const loop = new LoopWatch();
const until = performance.now() + forMs;
while (performance.now() < until) {
  await append("single", [next(own)]);
  await append("single", [next(shared)]);
  await append(
    "batch",
    Array.from({ length: 10 }, (_, n) => next(n % 2 === 0 ? own : shared)),
  );
  await Promise.all(Array.from({ length: 5 }, (_, n) => append("at once", [next(n < 3 ? own : shared)])));
  await appendTwice({ ...next(shared), idempotencyKey: `${writer}-${sent[shared]}` });
}
const { calls, errors } = counter;
const report = { sent, acknowledged, calls, errors, repeated, loop: loop.report() };
process.send!(report satisfies TrafficWriterReport);
await transport.close();
process.disconnect();

function next(eventType: string): AppendRequest {
  const data: Numbered = { writer, n: ++sent[eventType]! };
  const timestamp = new Date().toISOString();
  return { eventType, timestamp, data: JSON.stringify(data), source: writer, maxLength: 10_000_000 };
}

async function append(kind: string, requests: AppendRequest[]): Promise<string[]> {
  let ids: string[] = [];
  await counter.count([kind], async () => {
    ids = await transport.streams.append(requests);
  });
  acknowledged += ids.length;
  return ids;
}

/** As somebody does who did not hear the answer. */
async function appendTwice(request: AppendRequest): Promise<void> {
  const [first] = await append("keyed", [request]);
  await counter.count(["keyed again"], async () => {
    const [again] = await transport.streams.append([request]);
    repeated.calls++;
    if (again === first) repeated.sameId++;
  });
}
