import { expect, it, onTestFinished, vi } from "vitest";
import { LazyReads } from "../../web/src/views/quality/lazy-reads.ts";

function reader(options: ConstructorParameters<typeof LazyReads>[0] = {}) {
  const waiting = new Map<string, (value: unknown) => void>();
  const asked: string[] = [];
  const read = (path: string) => {
    asked.push(path);
    return new Promise<unknown>((resolve) => waiting.set(path, resolve));
  };
  const reads = new LazyReads({ read, ...options });
  onTestFinished(() => reads.close());
  const answer = (path: string, value: unknown) => waiting.get(path)!(value);
  return { reads, asked, answer };
}

it("reads what is in sight, a few at a time, and tells when it is there", async () => {
  const { reads, asked, answer } = reader({ atOnce: 2 });
  const listener = vi.fn();
  for (const path of ["/a", "/b", "/c"]) reads.want(path, 1, listener);
  await vi.waitFor(() => expect(asked).toHaveLength(2));
  answer(asked[0]!, "first");
  await vi.waitFor(() => expect(asked).toHaveLength(3));
  expect(reads.known(asked[0]!)?.data).toBe("first");
  expect(listener).toHaveBeenCalledTimes(1);
});

it("does not read what was in sight for a moment only", async () => {
  const { reads, asked } = reader();
  reads.want("/gone", 1, () => {})();
  reads.want("/stays", 1, () => {});
  await vi.waitFor(() => expect(asked).toEqual(["/stays"]));
});

it("keeps what it has read until it is known to be another, and while it reads that", async () => {
  const { reads, asked, answer } = reader({ leastMs: 0 });
  const listener = vi.fn();
  reads.want("/a", 1, listener);
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  answer("/a", "one");
  await vi.waitFor(() => expect(listener).toHaveBeenCalled());
  reads.want("/a", 1, listener);
  reads.want("/b", 1, listener);
  await vi.waitFor(() => expect(asked).toEqual(["/a", "/b"]));
  reads.want("/a", 2, listener);
  await vi.waitFor(() => expect(asked).toEqual(["/a", "/b", "/a"]));
  expect(reads.known("/a")?.data).toBe("one");
  answer("/a", "two");
  await vi.waitFor(() => expect(reads.known("/a")?.data).toBe("two"));
});

it("tries again after a failure, and shows what it had", async () => {
  let failures = 1;
  const reads = new LazyReads({
    leastMs: 0,
    read: async () => {
      if (failures-- > 0) throw new Error("away");
      return "there";
    },
  });
  onTestFinished(() => reads.close());
  const errors: (string | undefined)[] = [];
  reads.want("/a", 1, () => errors.push(reads.known("/a")?.error?.message));
  await vi.waitFor(() => expect(reads.known("/a")?.data).toBe("there"));
  expect(errors).toEqual(["away", undefined]);
});

it("keeps a bounded number of answers", async () => {
  const reads = new LazyReads({ mostKept: 4, read: async (path) => path });
  onTestFinished(() => reads.close());
  for (let at = 0; at < 12; at++) {
    const stop = reads.want(`/${at}`, 1, () => {});
    await vi.waitFor(() => expect(reads.known(`/${at}`)?.data).toBe(`/${at}`));
    stop();
  }
  const kept = Array.from({ length: 12 }, (_, at) => reads.known(`/${at}`)).filter(Boolean);
  expect(kept.length).toBeLessThanOrEqual(4);
});
