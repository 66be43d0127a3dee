/** One page that is connected: what it is sent, and what becomes of it when it does not take it. */
import type { WebSocket } from "ws";
import type { Frame } from "../../live/feed.ts";
import { closeCodes } from "../../protocol/messages.ts";

/** A page that has not taken so much is too slow. */
const maxWaitingBytes = 8 * 1024 * 1024;
/** How long one that was told to go may take to hear of it. */
const lastWordMs = 2000;

export class PageConnection {
  readonly #socket: WebSocket;
  readonly #onDropped: () => void;
  #n = 0;

  constructor(socket: WebSocket, onDropped: () => void) {
    this.#socket = socket;
    this.#onDropped = onDropped;
  }

  send(text: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#socket.bufferedAmount > maxWaitingBytes) {
      this.#onDropped();
      this.end(closeCodes.tooSlow, "too slow: connect again to go on");
      return;
    }
    this.#socket.send(text);
  }

  delta(frame: Frame): void {
    this.#n += 1;
    this.send(`{"kind":"delta","n":${this.#n},${frame}}`);
  }

  end(code: number, reason: string): void {
    this.#socket.close(code, reason);
    const timer = setTimeout(() => this.#socket.terminate(), lastWordMs);
    this.#socket.once("close", () => clearTimeout(timer));
  }
}
