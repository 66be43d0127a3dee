/** Writes of one tick, gathered. */
import type { Redis } from "ioredis";
import { describe, expect, it } from "vitest";
import { cork, sendNow } from "../src/cork.ts";

/** Counts as Node's streams do: what was written goes out when the last cork is gone. */
class FakeStream {
  corks = 0;
  /** Commands per write that went out. */
  readonly writes: number[] = [];
  #waiting = 0;

  cork(): void {
    this.corks++;
  }

  uncork(): void {
    if (this.corks === 0) return;
    this.corks--;
    if (this.corks > 0 || this.#waiting === 0) return;
    this.writes.push(this.#waiting);
    this.#waiting = 0;
  }

  write(): void {
    if (this.corks > 0) this.#waiting++;
    else this.writes.push(1);
  }
}

const clientOn = (stream: FakeStream | undefined) => ({ stream }) as unknown as Redis;
const nextTick = () => new Promise<void>((resolve) => process.nextTick(resolve));

function send(stream: FakeStream, count: number): void {
  for (let n = 0; n < count; n++) {
    cork(clientOn(stream));
    stream.write();
  }
}

describe("cork", () => {
  it("the commands of one tick go out in one write", async () => {
    const stream = new FakeStream();
    send(stream, 10);
    expect(stream.writes).toEqual([]);
    await nextTick();
    expect(stream).toMatchObject({ writes: [10], corks: 0 });
  });

  it("a long burst goes out in parts while it is being made, and none is left behind", async () => {
    const stream = new FakeStream();
    send(stream, 120);
    expect(stream.writes.length).toBeGreaterThan(0);
    await nextTick();
    expect(stream.corks).toBe(0);
    expect(stream.writes.reduce((sum, count) => sum + count)).toBe(120);
    expect(Math.max(...stream.writes)).toBeLessThanOrEqual(50);
  });

  it("each tick begins anew", async () => {
    const stream = new FakeStream();
    for (let tick = 0; tick < 3; tick++) {
      send(stream, 2);
      await nextTick();
    }
    expect(stream).toMatchObject({ writes: [2, 2, 2], corks: 0 });
  });

  it("a stream that replaced another within the tick is corked for itself, and both are let go", async () => {
    const [first, second] = [new FakeStream(), new FakeStream()];
    send(first, 2);
    send(second, 3);
    await nextTick();
    expect([first, second]).toMatchObject([
      { writes: [2], corks: 0 },
      { writes: [3], corks: 0 },
    ]);
  });

  it("a client without a stream is left alone", () => {
    expect(() => cork(clientOn(undefined))).not.toThrow();
    expect(sendNow(clientOn(undefined), () => 7)).toBe(7);
  });
});

describe("sendNow", () => {
  it("what it sends goes out at once, in one write", () => {
    const stream = new FakeStream();
    const result = sendNow(clientOn(stream), () => {
      stream.write();
      stream.write();
      return "result";
    });
    expect(result).toBe("result");
    expect(stream).toMatchObject({ writes: [2], corks: 0 });
  });

  it("takes along what waited, and what comes later in the tick is gathered again", async () => {
    const stream = new FakeStream();
    send(stream, 3);
    sendNow(clientOn(stream), () => stream.write());
    expect(stream.writes).toEqual([4]);
    send(stream, 2);
    expect(stream.writes).toEqual([4]);
    await nextTick();
    expect(stream).toMatchObject({ writes: [4, 2], corks: 0 });
  });

  it("leaves no cork behind when sending throws", async () => {
    const stream = new FakeStream();
    send(stream, 1);
    expect(() =>
      sendNow(clientOn(stream), () => {
        throw new Error("no");
      }),
    ).toThrow("no");
    await nextTick();
    expect(stream).toMatchObject({ writes: [1], corks: 0 });
  });
});
