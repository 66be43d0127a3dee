/** Tokens of deliveries: the server's own count of deliveries and the consumer, both of which it remembers per entry. */
import { compareIds, type DeliveredEntry } from "@attune/transport";

/** Deliveries to one consumer, for one script. */
export interface DeliveriesOf {
  readonly consumer: string;
  /** Their places in what was asked for. */
  readonly places: number[];
  /** Id and the server's count, in turn. */
  readonly pairs: string[];
  minId: string;
  maxId: string;
}

export function tokenOf(consumer: string, count: number): string {
  return `${count}:${consumer}`;
}

/** By consumer: usually there is one. Left out: tokens that are none of ours. */
export function byConsumer(entries: readonly DeliveredEntry[]): DeliveriesOf[] {
  const found = new Map<string, DeliveriesOf>();
  entries.forEach(({ id, token }, place) => {
    const [, count, consumer] = /^([1-9]\d{0,14}):(.+)$/s.exec(token) ?? [];
    if (count === undefined || consumer === undefined) return;
    let deliveries = found.get(consumer);
    if (!deliveries) {
      deliveries = { consumer, places: [], pairs: [], minId: id, maxId: id };
      found.set(consumer, deliveries);
    }
    deliveries.places.push(place);
    deliveries.pairs.push(id, count);
    if (compareIds(id, deliveries.minId) < 0) deliveries.minId = id;
    if (compareIds(id, deliveries.maxId) > 0) deliveries.maxId = id;
  });
  return [...found.values()];
}
