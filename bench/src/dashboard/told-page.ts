/** What a page was told over its connection: which events, by their numbers, and how many changes of agents. */
import type { WatchedPage } from "@attune-tools/browser";

const mark = /"mark":"(\d+)@/g;
/** Data of events begin with the mark. */
const agent = /\{"agent_id":/g;

export class ToldPage {
  /** How often each one was told. */
  readonly #times: number[] = [];
  #count = 0;
  #agents = 0;

  /** Before the page is opened. */
  constructor(page: WatchedPage) {
    page.on("websocket", (socket) => {
      socket.on("framereceived", ({ payload }) => {
        const text = String(payload);
        for (const [, number] of text.matchAll(mark)) this.#see(Number(number));
        this.#agents += text.match(agent)?.length ?? 0;
      });
    });
  }

  get count(): number {
    return this.#count;
  }

  /** How many changes: of several of an agent in one message one. */
  get agents(): number {
    return this.#agents;
  }

  /** How many of the first `published` ones were told never, and how often any was told again. */
  judge(published: number): { readonly lost: number; readonly doubled: number } {
    let lost = 0;
    let doubled = 0;
    for (let number = 0; number < published; number++) {
      const times = this.#times[number] ?? 0;
      if (times === 0) lost += 1;
      else doubled += times - 1;
    }
    return { lost, doubled };
  }

  #see(number: number): void {
    this.#times[number] = (this.#times[number] ?? 0) + 1;
    this.#count += 1;
  }
}
