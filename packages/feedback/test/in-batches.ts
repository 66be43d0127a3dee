/** Many calls, not all of them at once. */

/** `count` calls at a time, so that a hundred thousand do not all wait at once. */
export async function inBatches(total: number, call: (index: number) => Promise<unknown>, count = 1000) {
  for (let from = 0; from < total; from += count) {
    const batch = Array.from({ length: Math.min(count, total - from) }, (_, index) => call(from + index));
    await Promise.all(batch);
  }
}
