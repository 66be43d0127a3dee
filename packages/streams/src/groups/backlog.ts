/** A queue that takes from its front without moving the rest. */
export class Backlog<T> {
  #items: T[] = [];
  #next = 0;

  get size(): number {
    return this.#items.length - this.#next;
  }

  get first(): T | undefined {
    return this.#items[this.#next];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    const item = this.#items[this.#next];
    if (item === undefined) return undefined;
    this.#next++;
    // What was taken is let go of; each item is moved once at most.
    if (this.#next * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#next);
      this.#next = 0;
    }
    return item;
  }

  /** Takes all of them. */
  drain(): T[] {
    const items = this.#items.slice(this.#next);
    this.#items = [];
    this.#next = 0;
    return items;
  }
}
