/** What goes wrong in a program at the worst moment: closing, mistakes in callbacks, two at one thing. */
import { randomUUID } from "node:crypto";
import { defineEvent, EventStreamer, type Gap, type GroupEvent } from "@attune/streams";
import { type RecordStore, type StreamStore, type Transport, transportWith } from "@attune/transport";
import { createMemoryTransport, MemoryStore } from "@attune/transport-memory";
import { loggerInto, until } from "@attune-tools/every-store";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { ascending, closing, numberOf, numbers, publishJobs, untilDone } from "../../groups/in-group.ts";
import { eventType, group } from "./work.ts";

const eventTypes = [eventType];

interface OnMemory {
  readonly transport: Transport;
  readonly streamer: EventStreamer;
  readonly warnings: string[];
}

async function onMemory(store = new MemoryStore({ name: randomUUID() })): Promise<OnMemory> {
  const warnings: string[] = [];
  const transport = await createMemoryTransport({ store, logger: loggerInto(warnings) });
  onTestFinished(() => transport.close());
  return { transport, streamer: new EventStreamer({ transport, maxLength: 100_000 }), warnings };
}

/** Rejections that nobody handled, which would end a program. */
function unhandled(): unknown[] {
  const seen: unknown[] = [];
  const note = (error: unknown) => void seen.push(error);
  process.on("unhandledRejection", note);
  onTestFinished(() => void process.off("unhandledRejection", note));
  return seen;
}

interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

function gate(): Gate {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

/** The transport with a `records.put` that waits. */
function puttingLate(transport: Transport, wait: () => Promise<void>): Transport {
  const put: RecordStore["put"] = async (request) => {
    await wait();
    return transport.records.put(request);
  };
  return transportWith(transport, { records: { ...methodsOf(transport.records), put } });
}

function methodsOf<Facet extends object>(facet: Facet): Facet {
  const methods: Record<string, unknown> = {};
  for (const name in facet) {
    const method = facet[name] as (...args: unknown[]) => unknown;
    methods[name] = (...args: unknown[]) => method.apply(facet, args);
  }
  return methods as Facet;
}

/** Three consumers took everything, and the last one gave it back. */
async function deliverInVain(transport: Transport, count: number): Promise<void> {
  await transport.groups.create({ eventType, group, from: "beginning" });
  await transport.groups.read({ eventTypes, group, consumer: "1", count });
  await transport.groups.claim({ eventTypes, group, consumer: "2", minIdleMs: 0, count });
  const claimed = await transport.groups.claim({ eventTypes, group, consumer: "3", minIdleMs: 0, count });
  const entries = claimed[0]!.deliveries.map(({ entry, token }) => ({ id: entry.id, token }));
  await transport.groups.handBack({ eventType, group, entries, delayMs: 0, counted: true });
}

/** A consumer in the midst of giving so many events up: none of their dead letters is kept before `keep()`. */
async function givingUp({ transport, streamer }: Pick<OnMemory, "transport" | "streamer">, count: number) {
  await publishJobs(streamer, 1, count);
  await deliverInVain(transport, count);
  const waiting = gate();
  let putting = 0;
  const late = puttingLate(transport, () => {
    putting++;
    return waiting.opened;
  });
  const consumer = new EventStreamer({ transport: late }).consumeGroup({
    group,
    eventTypes,
    maxDeliveries: 3,
  });
  const running = consumer.run(() => {});
  await until("they are being given up", () => putting === count);
  return { consumer, running, keep: () => waiting.open() };
}

test("an onGap that throws is told as a warning; what came with the gap is worked on", async () => {
  const { transport, streamer, warnings } = await onMemory();
  await publishJobs(streamer, 1, 10, "a");
  await publishJobs(streamer, 1, 10, "b");
  for (const type of ["a", "b"]) await transport.groups.create({ eventType: type, group, from: "beginning" });
  await streamer.trimStream("a", 4);
  await streamer.trimStream("b", 4);
  const seen: string[] = [];
  const onGap = () => {
    throw new Error("cannot take it");
  };
  const consumer = closing(streamer.consumeGroup({ group, eventTypes: ["a", "b"], concurrency: 100, onGap }));
  const running = consumer.run((event) => void seen.push(`${event.eventType}${numberOf(event)}`));
  await until("all were seen", () => seen.length === 8);
  // With nothing beside it, too.
  await streamer.trimStream("a", 1);
  await publishJobs(streamer, 11, 11, "a");
  await until("that too", () => seen.includes("a11"));
  await consumer.close();
  await running;
  expect(warnings.filter((warning) => warning.includes("its onGap failed"))).toHaveLength(2);
});

test("an onError that throws is told as a warning, and the others go on; closing does not wait for it", async () => {
  const { transport, streamer, warnings } = await onMemory();
  await publishJobs(streamer, 1, 20);
  const seen: number[] = [];
  const onError = () => {
    throw new Error("cannot take it");
  };
  const consumer = closing(
    streamer.consumeGroup({ group, eventTypes, onError, maxDeliveries: 2, retryDelayMs: 1 }),
  );
  const running = consumer.run((event) => {
    if (numberOf(event) === 7) throw new Error("seven");
    seen.push(numberOf(event));
  });
  await untilDone(transport);
  const startedAt = performance.now();
  await consumer.close();
  await running;
  expect(performance.now() - startedAt).toBeLessThan(5000); // drainTimeoutMs: 10,000
  expect(seen).toEqual(numbers(1, 20).filter((n) => n !== 7));
  expect(await streamer.listDeadLetters({ group })).toMatchObject([
    { data: { n: 7 }, error: "Error: seven", deliveryCount: 2 },
  ]);
  expect(warnings.filter((warning) => warning.includes("its onError failed"))).toHaveLength(2);
});

for (const [what, retryDelayMs] of [
  [
    "throws",
    () => {
      throw new Error("cannot tell");
    },
  ],
  ["gives no number", () => Number.NaN],
] as const) {
  test(`a retryDelayMs that ${what} is told as a warning, and the event is tried again all the same`, async () => {
    const { transport, streamer, warnings } = await onMemory();
    await publishJobs(streamer, 1, 3);
    const counts: number[] = [];
    const consumer = closing(streamer.consumeGroup({ group, eventTypes, retryDelayMs }));
    const running = consumer.run((event) => {
      if (numberOf(event) !== 2) return;
      counts.push(event.deliveryCount);
      if (event.deliveryCount === 1) throw new Error("not yet");
    });
    await untilDone(transport);
    await consumer.close();
    await running;
    expect(counts).toEqual([1, 2]);
    expect(warnings.filter((warning) => warning.includes("its retryDelayMs failed"))).toHaveLength(1);
  });
}

test("a schema that throws makes an event invalid, and ends nothing", async () => {
  const { transport, streamer } = await onMemory();
  await publishJobs(streamer, 1, 3);
  const job = defineEvent(
    eventType,
    z.unknown().transform((value) => {
      if ((value as { n: number }).n === 2) throw new Error("broken");
      return value as { n: number };
    }),
  );
  const seen: [boolean, string | undefined][] = [];
  const consumer = closing(streamer.consumeGroup({ group, eventTypes: [job] }));
  const running = consumer.run((event) => void seen.push([event.valid, event.invalidReason]));
  await untilDone(transport);
  await consumer.close();
  await running;
  expect(seen).toEqual([
    [true, undefined],
    [false, expect.stringContaining("its schema failed")],
    [true, undefined],
  ]);
});

for (const how of ["run", "a loop"] as const) {
  test(`closed while an event is being checked: it is handed back uncounted, and reaches no handler (${how})`, async () => {
    const { transport, streamer } = await onMemory();
    await publishJobs(streamer, 1, 1);
    const checked = gate();
    let checking = false;
    const job = defineEvent(
      eventType,
      z.unknown().refine(async () => {
        checking = true;
        await checked.opened;
        return true;
      }),
    );
    const consumer = streamer.consumeGroup({ group, eventTypes: [job] });
    let begun = 0;
    const running =
      how === "run"
        ? consumer.run(() => void begun++)
        : (async () => {
            for await (const _ of consumer) begun++;
          })();
    await until("it is being checked", () => checking);
    let closed = false;
    const closingIt = consumer.close().then(() => {
      closed = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(closed).toBe(false);
    checked.open();
    await closingIt;
    await running;
    expect(begun).toBe(0);
    const [again] = await transport.groups.claim({
      eventTypes,
      group,
      consumer: "next",
      minIdleMs: 3_600_000,
      count: 9,
    });
    expect(again!.deliveries.map(({ deliveries }) => deliveries)).toEqual([1]);
  });
}

test("its transport closed while events are given up: no rejection is left unhandled, and they stay pending", async () => {
  const rejections = unhandled();
  const store = new MemoryStore({ name: randomUUID() });
  const { transport, streamer } = await onMemory(store);
  const { consumer, running, keep } = await givingUp({ transport, streamer }, 5);
  await transport.close();
  keep();
  await running;
  await consumer.close();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(rejections).toEqual([]);
  const { transport: other } = await onMemory(store);
  expect(await other.groups.states(eventType)).toMatchObject([{ pending: 5 }]);
});

test("its transport closed while a handler fails for the last time: run ends as ever", async () => {
  const rejections = unhandled();
  const { transport, streamer } = await onMemory();
  await publishJobs(streamer, 1, 1);
  const consumer = streamer.consumeGroup({ group, eventTypes, maxDeliveries: 1 });
  await consumer.run(async () => {
    await transport.close();
    throw new Error("too late");
  });
  await consumer.close();
  expect(rejections).toEqual([]);
});

test("close() waits for events that are being given up", async () => {
  const { transport, streamer } = await onMemory();
  const { consumer, running, keep } = await givingUp({ transport, streamer }, 3);
  const closed = consumer.close();
  setTimeout(keep, 50);
  await closed;
  await running;
  expect(await streamer.countDeadLetters(group)).toBe(3);
  expect(await transport.groups.states(eventType)).toMatchObject([{ pending: 0 }]);
});

test("a handler may wait for a closing that somebody else has begun", async () => {
  const { streamer } = await onMemory();
  await publishJobs(streamer, 1, 1);
  const begun = gate();
  const goOn = gate();
  const consumer = streamer.consumeGroup({ group, eventTypes, drainTimeoutMs: 60_000 });
  const running = consumer.run(async () => {
    begun.open();
    await goOn.opened;
    await consumer.close();
  });
  await begun.opened;
  const closed = consumer.close();
  goOn.open();
  await closed;
  await running;
});

test("an event that fails again while its replaying is not over is a dead letter again, and not forgotten", async () => {
  const { transport, streamer } = await onMemory();
  await publishJobs(streamer, 1, 1);
  let failed = 0;
  const consumer = closing(streamer.consumeGroup({ group, eventTypes, maxDeliveries: 1 }));
  const running = consumer.run(() => {
    failed++;
    throw new Error(`failed ${failed}`);
  });
  await until("it is a dead letter", async () => (await streamer.countDeadLetters(group)) === 1);
  const retryType = `attune:retry:${group}`;
  /** Answers only once the replayed event has been given up. */
  const append: StreamStore["append"] = async (requests) => {
    const ids = await transport.streams.append(requests);
    await until("it was given up again", async () => {
      const [state] = await transport.groups.states(retryType);
      return failed === 2 && state?.pending === 0;
    });
    return ids;
  };
  const slow = transportWith(transport, { streams: { ...methodsOf(transport.streams), append } });
  expect(await new EventStreamer({ transport: slow }).replayDeadLetters({ group })).toBe(1);
  expect(await streamer.listDeadLetters({ group })).toMatchObject([
    { data: { n: 1 }, error: "Error: failed 2" },
  ]);
  await consumer.close();
  await running;
});

test("given up once more, since the first one died in between, a dead letter keeps its error", async () => {
  const { transport, streamer } = await onMemory();
  await publishJobs(streamer, 1, 1);
  // Its acknowledgement is lost, as if it had died.
  const acknowledge = () => Promise.resolve([false]);
  const mute = transportWith(transport, { groups: { ...methodsOf(transport.groups), acknowledge } });
  const options = { group, eventTypes, maxDeliveries: 1, minIdleMs: 100 };
  const dying = closing(new EventStreamer({ transport: mute }).consumeGroup(options));
  const dyingRuns = dying.run(() => {
    throw new Error("the reason");
  });
  await until("it is a dead letter", async () => (await streamer.countDeadLetters(group)) === 1);
  await dying.close();
  await dyingRuns;
  const next = closing(streamer.consumeGroup(options));
  const running = next.run(() => {});
  await untilDone(transport);
  expect(await streamer.listDeadLetters({ group })).toMatchObject([{ error: "Error: the reason" }]);
  await next.close();
  await running;
});

test("two consumers of one name share the work as others do", async () => {
  const store = new MemoryStore({ name: randomUUID() });
  const members = [await onMemory(store), await onMemory(store)];
  const seen: number[] = [];
  const consumers = members.map(({ streamer }) =>
    closing(streamer.consumeGroup({ group, eventTypes, consumer: "twin", minIdleMs: 5000 })),
  );
  const running = consumers.map((consumer) =>
    consumer.run(async (event) => {
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(numberOf(event));
    }),
  );
  await publishJobs(members[0]!.streamer, 1, 500);
  await untilDone(members[0]!.transport);
  // One of them leaves: the other goes on by that name.
  await consumers[0]!.close();
  await publishJobs(members[0]!.streamer, 501, 600);
  await untilDone(members[0]!.transport);
  expect(ascending(seen)).toEqual(numbers(1, 600));
  await consumers[1]!.close();
  await Promise.all(running);
});

test("types that come and go, by the hundred: each is worked on, and what has gone is not asked for any more", async () => {
  const { transport, streamer } = await onMemory();
  const asked: number[] = [];
  const read: Transport["groups"]["read"] = (request) => {
    asked.push(request.eventTypes.length);
    return transport.groups.read(request);
  };
  const counting = transportWith(transport, { groups: { ...methodsOf(transport.groups), read } });
  const seen = new Set<string>();
  const gaps: Gap[] = [];
  const onGap = (gap: Gap) => void gaps.push(gap);
  const consumer = closing(new EventStreamer({ transport: counting }).consumeGroup({ group, onGap }));
  const running = consumer.run((event: GroupEvent) => void seen.add(`${event.eventType} ${numberOf(event)}`));
  await consumer.ready;
  for (let round = 0; round < 2; round++) {
    const types = numbers(1, 100).map((n) => `made-up-${round}-${n}`);
    await streamer.publishEvents(types.map((type) => ({ eventType: type, data: { n: 1 } })));
    await until("all were seen", () => types.every((type) => seen.has(`${type} 1`)));
    await until("all are acknowledged", async () => {
      const states = await Promise.all(types.map((type) => transport.groups.states(type)));
      return states.every(([state]) => state?.pending === 0);
    });
    for (const type of types) await streamer.deleteStream(type);
    await until("they are not asked for any more", () => {
      const from = asked.length;
      return from > 0 && asked.at(-1)! <= 1;
    });
  }
  expect(gaps).toEqual([]);
  // One comes again: another stream.
  await streamer.publishEvent("made-up-0-7", { n: 2 });
  await until("the new one was seen", () => seen.has("made-up-0-7 2"));
  expect(gaps).toEqual([{ eventType: "made-up-0-7", missed: null, reason: "reset" }]);
  await consumer.close();
  await running;
});

test("an outage is told once by all the consumers of a group on one transport", async () => {
  const store = new MemoryStore({ name: randomUUID() });
  const { transport, streamer, warnings } = await onMemory(store);
  const seen: number[] = [];
  const consumers = [1, 2, 3].map(() =>
    closing(streamer.consumeGroup({ group, eventTypes, minIdleMs: 200 })),
  );
  const running = consumers.map((consumer) => consumer.run((event) => void seen.push(numberOf(event))));
  await Promise.all(consumers.map(({ ready }) => ready));
  const restore = store.simulateOutage();
  await until("it was told", () => warnings.length > 0);
  // Each of them looks at least so often.
  await new Promise((resolve) => setTimeout(resolve, 300));
  restore();
  await publishJobs(streamer, 1, 10);
  await untilDone(transport);
  expect(ascending(seen)).toEqual(numbers(1, 10));
  expect(warnings).toEqual([
    expect.stringContaining("Going on without it"),
    expect.stringMatching(/the store at \S+ is back/),
  ]);
  for (const consumer of consumers) await consumer.close();
  await Promise.all(running);
});

test("an event that fails for the last time while its store is away is given up when the store is back", async () => {
  const store = new MemoryStore({ name: randomUUID() });
  const { transport, streamer } = await onMemory(store);
  await publishJobs(streamer, 1, 1);
  let restore = () => {};
  const answers: boolean[] = [];
  const consumer = closing(
    streamer.consumeGroup({ group, eventTypes, maxDeliveries: 1, minIdleMs: 100, autoAck: false }),
  );
  const running = consumer.run(async (event) => {
    restore = store.simulateOutage();
    answers.push(await event.nack({ error: new Error("the reason") }));
  });
  await until("it was told that this is not known", () => answers.length === 1);
  expect(answers).toEqual([false]);
  restore();
  await untilDone(transport);
  expect(await streamer.listDeadLetters({ group })).toMatchObject([{ data: { n: 1 }, deliveryCount: 1 }]);
  await consumer.close();
  await running;
});
