/** The last so many of what is read one after the other: no more than twice as many are kept meanwhile. */
export async function newestOf<Item>(items: AsyncIterable<Item>, count: number): Promise<Item[]> {
  let kept: Item[] = [];
  for await (const item of items) {
    kept.push(item);
    if (kept.length >= 2 * count) kept = kept.slice(-count);
  }
  return kept.slice(-count);
}
