/** What lives on the heap of a page's JavaScript. */
import type { WatchedPage } from "@attune-tools/browser";

/** The result gives the bytes in use, after what nobody uses was collected. */
export async function openPageHeap(page: WatchedPage): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  return async () => {
    await session.send("HeapProfiler.collectGarbage");
    const { usedSize } = await session.send("Runtime.getHeapUsage");
    return usedSize;
  };
}
