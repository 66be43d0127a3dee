/** How a list is printed: as one JSON document, as a sentence where there is nothing, else for people. */
import type { Session } from "./session.ts";

export interface ListToPrint<Item> {
  readonly items: readonly Item[];
  readonly json: (item: Item) => unknown;
  /** The sentence for people. */
  readonly none: string;
  /** Of at least one. */
  readonly print: (items: readonly Item[]) => void;
}

export function printList<Item>(session: Session, { items, json, none, print }: ListToPrint<Item>): void {
  if (session.json) session.stdout.jsonArray(items.map((item) => json(item)));
  else if (items.length === 0) session.note(none);
  else print(items);
}
