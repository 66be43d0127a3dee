/** `alternating`: the transports of one test in different places. */
import type { Transport, TransportOptions } from "@attune/transport";

type Open = (options?: TransportOptions) => Promise<Transport>;

/**
 * An `open` that takes the given ones by turns, within each space (prefix) by itself: of as many transports on a space
 * as there are places, no two are in the same one, whatever is opened on other spaces meanwhile. The first of the next
 * space is where the first of this one was not.
 */
export function alternating(...opens: readonly Open[]): Open {
  const turns = new Map<string | undefined, number>();
  return (options) => {
    const turn = turns.get(options?.prefix) ?? turns.size;
    turns.set(options?.prefix, turn + 1);
    return opens[turn % opens.length]!(options);
  };
}
