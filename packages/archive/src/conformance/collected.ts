/** All that an iteration gives. (Array.fromAsync is not in the types of every TypeScript that is in use.) */
export async function collected<T>(iterable: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of iterable) items.push(item);
  return items;
}
