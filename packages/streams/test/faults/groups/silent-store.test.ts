/** A store that goes silent, or whose answers are lost: nothing is lost, and what is acknowledged is not processed again. */
import { until } from "@attune-tools/every-store";
import type { DropReplies, FaultyProxy } from "@attune-tools/faulty-proxy";
import { expect } from "vitest";
import { closing, numberOf, publishJobs, untilDone } from "../../groups/in-group.ts";
import { faultTest, join, type Member, startFleet } from "../fleet.ts";
import { eventType, group } from "./work.ts";

const eventTypes = [eventType];
const minIdleMs = 600;

class Doing {
  readonly processed = new Map<number, number>();
  readonly acknowledged = new Set<number>();
  /** Told that it is not known to be acknowledged. */
  readonly inDoubt = new Set<number>();
  /** Processed again after its acknowledgement was answered with true. */
  readonly afterAck = new Set<number>();
  readonly #ends: (() => Promise<void>)[] = [];

  /** One consumer more. */
  work({ streamer }: Member, options: { readonly count?: number } = {}): void {
    const consumer = closing(
      streamer.consumeGroup({ group, eventTypes, autoAck: false, minIdleMs, ...options }),
    );
    const running = consumer.run(async (event) => {
      const n = numberOf(event);
      if (this.acknowledged.has(n)) this.afterAck.add(n);
      this.processed.set(n, (this.processed.get(n) ?? 0) + 1);
      await new Promise((resolve) => setImmediate(resolve));
      void event.ack().then((done) => void (done ? this.acknowledged : this.inDoubt).add(n));
    });
    this.#ends.push(async () => {
      await consumer.close();
      await running;
    });
  }

  async close(): Promise<void> {
    for (const end of this.#ends) await end();
  }

  counts(published: number) {
    const again = [...this.processed].filter(([, times]) => times > 1).map(([n]) => n);
    return {
      published,
      processed: this.processed.size,
      lost: published - this.processed.size,
      processedAgain: again.length,
      acknowledged: this.acknowledged.size,
      inDoubt: this.inDoubt.size,
      afterAcknowledgement: this.afterAck.size,
      againWithoutDoubt: again.filter((n) => !this.inDoubt.has(n)).length,
    };
  }
}

faultTest(
  "a server stopped with SIGSTOP in the midst of it, twice: nothing lost, what is acknowledged stays so",
  { timeout: 60_000 },
  async () => {
    const { server } = await startFleet();
    const publisher = await join(server.url, { maxLength: 100_000 });
    const members = [
      await join(server.url, { operationTimeoutMs: 500 }),
      await join(server.url, { operationTimeoutMs: 500 }),
    ];
    const doing = new Doing();
    for (const member of members) doing.work(member, { count: 100 });
    let published = 0;
    for (let round = 0; round < 2; round++) {
      await publishJobs(publisher.streamer, published + 1, published + 2000);
      published += 2000;
      await until("they are in the midst of it", () => doing.processed.size > published - 1800);
      server.pause();
      await until("it was noticed", () =>
        members.every(({ transport }) => transport.status === "unavailable"),
      );
      await new Promise((resolve) => setTimeout(resolve, minIdleMs));
      server.resume();
      await until("the store is back", () =>
        members.every(({ transport }) => transport.status === "available"),
      );
    }
    await until("all are processed", () => doing.processed.size === published, 30_000);
    await untilDone(publisher.transport);
    const counts = doing.counts(published);
    console.info(`2 x SIGSTOP: ${JSON.stringify(counts)}`);
    expect(counts).toMatchObject({ lost: 0, afterAcknowledgement: 0, againWithoutDoubt: 0 });
    for (const { warnings } of members) {
      expect(
        warnings.filter((warning) => warning.includes("Going on without it")).length,
      ).toBeLessThanOrEqual(2);
    }
    await doing.close();
  },
);

/** One consumer behind a proxy that loses answers of the server: so many at least, and until all is done. */
async function losingAnswers(least: number, drops: (proxy: FaultyProxy, doing: Doing) => DropReplies) {
  const { server, proxy } = await startFleet();
  const publisher = await join(server.url, { maxLength: 100_000 });
  const member = await join(proxy.url());
  const doing = new Doing();
  doing.work(member, { count: 50 });
  await until("it is at work", async () => (await publisher.transport.groups.states(eventType)).length === 1);
  proxy.dropReplies(drops(proxy, doing));
  let published = 0;
  const publish = async (count: number) => {
    await publishJobs(publisher.streamer, published + 1, published + count);
    published += count;
    await until("all are processed", () => doing.processed.size === published, 30_000);
  };
  await publish(1000);
  // Which answers can be lost depends on what is under way beside them.
  while (proxy.counters.repliesDropped < least) await publish(100);
  await untilDone(publisher.transport);
  await doing.close();
  return { dropped: proxy.counters.repliesDropped, counts: doing.counts(published) };
}

faultTest(
  "answers of XREADGROUP are lost on the wire: what they delivered comes again after minIdleMs",
  { timeout: 60_000 },
  async () => {
    let lost = 0;
    const { dropped, counts } = await losingAnswers(4, (_, doing) => ({
      every: 1,
      match: (request) => {
        const drops = request.includes("XREADGROUP") && doing.processed.size > 150 * (lost + 1) && lost < 4;
        if (drops) lost++;
        return drops;
      },
    }));
    console.info(`${dropped} answers of reads lost: ${JSON.stringify(counts)}`);
    expect(dropped).toBe(4);
    expect(counts).toMatchObject({ lost: 0, afterAcknowledgement: 0, againWithoutDoubt: 0 });
  },
);

faultTest(
  "answers to acknowledgements are lost on the wire: none of them is processed a second time",
  { timeout: 60_000 },
  async () => {
    // Of what consumers call, this alone is given the one key without the other.
    const acknowledges = (request: string) =>
      request.includes("uncounted:") && !request.includes("handed-back:");
    const { dropped, counts } = await losingAnswers(4, (proxy) => ({
      every: 3,
      match: (request) => acknowledges(request) && proxy.counters.repliesDropped < 10,
    }));
    console.info(`${dropped} answers of acknowledgements lost: ${JSON.stringify(counts)}`);
    expect(dropped).toBeGreaterThanOrEqual(4);
    expect(counts).toMatchObject({ lost: 0, afterAcknowledgement: 0, againWithoutDoubt: 0 });
  },
);
