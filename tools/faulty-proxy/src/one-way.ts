/** One direction of a connection: what comes in goes out in order, late, not now, or never. */

/** Bytes, or null for the end of the stream (FIN). */
export type Piece = Buffer | null;

export class OneWay {
  readonly #deliver: (piece: Piece) => void;
  #queue: { piece: Piece; due: number }[] = [];
  #timer: NodeJS.Timeout | undefined;
  #state: "open" | "held" | "dead" = "open";

  constructor(deliver: (piece: Piece) => void) {
    this.#deliver = deliver;
  }

  push(piece: Piece, delayMs: number): void {
    if (this.#state === "dead") return;
    this.#queue.push({ piece, due: delayMs > 0 ? Date.now() + delayMs : 0 });
    this.#pump();
  }

  hold(): void {
    if (this.#state === "open") this.#state = "held";
    this.#disarm();
  }

  /** Lets go what was held, in order. */
  release(): void {
    if (this.#state !== "held") return;
    this.#state = "open";
    this.#pump();
  }

  /** Forgets what was held, and whatever comes from now on. */
  die(): void {
    this.#state = "dead";
    this.#queue = [];
    this.#disarm();
  }

  /** The head alone decides: a later piece never overtakes an earlier one, whatever the delay was changed to. */
  #pump(): void {
    while (this.#state === "open" && this.#queue.length > 0) {
      const wait = this.#queue[0]!.due - Date.now();
      if (wait > 0) {
        this.#timer ??= setTimeout(() => {
          this.#timer = undefined;
          this.#pump();
        }, wait);
        return;
      }
      this.#deliver(this.#queue.shift()!.piece);
    }
  }

  #disarm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
