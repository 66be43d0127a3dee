/** One page that is connected: what it is sent, what it may say, and what becomes of it when it does neither take nor answer. */
import type { WebSocket } from "ws";
import type { Frame } from "../../live/feed.ts";
import { closeCodes } from "../../protocol/messages.ts";

export interface PageConnectionOptions {
  readonly socket: WebSocket;
  /** A whole message of the page, as text. */
  readonly onMessage: (text: string) => void;
  /** It is told to go, since it was too slow, or does not answer any more. */
  readonly onDropped: () => void;
  readonly onClose: () => void;
}

/** A page that has not taken so much, beside a snapshot, is too slow. */
const maxWaitingBytes = 8 * 1024 * 1024;
/** How long one that was told to go may take to hear of it. */
const lastWordMs = 2000;
const pingEveryMs = 30_000;
const answerWithinMs = 10_000;
const helloWithinMs = 10_000;
/** So many messages within so long. */
const mostMessages = 50;
const messagesMs = 10_000;

export class PageConnection {
  readonly #options: PageConnectionOptions;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #said: number[] = [];
  #n = 0;
  /** Of a snapshot that it has not taken yet. */
  #snapshotBytes = 0;
  #ending = false;
  #spoke = false;
  #answered = true;

  constructor(options: PageConnectionOptions) {
    this.#options = options;
    const { socket, onClose, onMessage } = options;
    this.#after(helloWithinMs, () => {
      if (!this.#spoke) this.end(closeCodes.notUnderstood, "nothing was said");
    });
    this.#ping();
    // What is wrong with it the closing says: an error here must not end it before that is heard.
    socket.on("error", () => this.#lastWord());
    socket.on("pong", () => {
      this.#answered = true;
    });
    socket.on("ping", () => this.#count());
    socket.on("message", (data, isBinary) => {
      if (!this.#count()) return;
      this.#spoke = true;
      if (isBinary) return this.end(closeCodes.notUnderstood, "messages are texts");
      onMessage(String(data));
    });
    socket.once("close", () => {
      this.#ending = true;
      for (const timer of this.#timers) clearTimeout(timer);
      this.#timers.clear();
      onClose();
    });
  }

  /** Nothing that is sent reaches it any more. */
  get isEnding(): boolean {
    return this.#ending;
  }

  /** As large as it may be: what follows waits behind it. */
  snapshot(text: string): void {
    if (!this.#mayBeSent()) return;
    const bytes = Buffer.from(text);
    this.#snapshotBytes += bytes.length;
    this.#options.socket.send(bytes, { binary: false }, () => {
      this.#snapshotBytes -= bytes.length;
    });
  }

  /** The frame goes as it is to all pages; only what is in front of it is this page's own. */
  delta(frame: Frame): void {
    if (!this.#mayBeSent()) return;
    this.#n += 1;
    const { socket } = this.#options;
    socket.send(`{"kind":"delta","n":${this.#n},`, { binary: false, fin: false });
    socket.send(frame, { binary: false, fin: true });
  }

  pong(): void {
    if (this.#mayBeSent()) this.#options.socket.send('{"kind":"pong"}');
  }

  end(code: number, reason: string): void {
    if (this.#ending) return;
    this.#ending = true;
    this.#options.socket.close(code, reason);
    this.#lastWord();
  }

  #mayBeSent(): boolean {
    const { socket, onDropped } = this.#options;
    if (this.#ending || socket.readyState !== socket.OPEN) return false;
    if (socket.bufferedAmount - this.#snapshotBytes <= maxWaitingBytes) return true;
    onDropped();
    this.end(closeCodes.tooSlow, "too slow: connect again to go on");
    return false;
  }

  /** False: it says too much. */
  #count(): boolean {
    if (this.#ending) return false;
    const now = performance.now();
    this.#said.push(now);
    while (this.#said[0]! < now - messagesMs) this.#said.shift();
    if (this.#said.length <= mostMessages) return true;
    this.end(closeCodes.tooMany, "too many messages");
    return false;
  }

  #ping(): void {
    this.#after(pingEveryMs, () => {
      const { socket, onDropped } = this.#options;
      if (this.#ending) return;
      this.#answered = false;
      socket.ping();
      this.#ping();
      this.#after(answerWithinMs, () => {
        if (this.#answered) return;
        if (!this.#ending) onDropped();
        this.#ending = true;
        socket.terminate();
      });
    });
  }

  #lastWord(): void {
    this.#ending = true;
    this.#after(lastWordMs, () => this.#options.socket.terminate());
  }

  #after(ms: number, what: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      what();
    }, ms);
    this.#timers.add(timer);
  }
}
