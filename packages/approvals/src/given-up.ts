/** Requests that nobody waits for any more, while the store could not be told: it is, as soon as it is there. */
import type { Transport } from "@attune/transport";
import type { ApprovalDesk } from "./approval-desk.ts";
import type { Ending } from "./transitions.ts";

export class GivenUp {
  readonly #transport: Transport;
  readonly #desk: ApprovalDesk;
  readonly #endings = new Map<string, Ending>();
  readonly #underWay = new Set<Promise<unknown>>();
  #stopListening: (() => void) | undefined;
  #closed = false;

  constructor(transport: Transport, desk: ApprovalDesk) {
    this.#transport = transport;
    this.#desk = desk;
  }

  add(requestId: string, ending: Ending): void {
    if (this.#closed || this.#transport.status === "closed") return;
    this.#endings.set(requestId, ending);
    this.#stopListening ??= this.#transport.onStatus((status) => {
      if (status === "available") for (const id of this.#endings.keys()) this.#tell(id);
    });
    if (this.#transport.status === "available") this.#tell(requestId);
  }

  /** It is asked for again. */
  forget(requestId: string): void {
    this.#endings.delete(requestId);
    if (this.#endings.size > 0) return;
    this.#stopListening?.();
    this.#stopListening = undefined;
  }

  /** Once what is being told is told. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#underWay);
    for (const id of [...this.#endings.keys()]) this.forget(id);
  }

  #tell(requestId: string): void {
    const ending = this.#endings.get(requestId)!;
    const stands = () => this.#endings.get(requestId) === ending;
    const telling = this.#desk.end(requestId, ending, { told: true, stands }).then(
      (held) => {
        if (held !== undefined && stands()) this.forget(requestId);
      },
      () => {}, // closed meanwhile: its time runs out by itself
    );
    this.#underWay.add(telling);
    void telling.then(() => this.#underWay.delete(telling));
  }
}
