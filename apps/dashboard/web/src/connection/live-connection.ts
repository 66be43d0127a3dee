/** The connection to the server: comes back by itself, and goes on where it was. */
import {
  closeCodes,
  type EventPosition,
  helloBounds,
  type PageMessage,
} from "../../../src/protocol/messages.ts";
import type { ConnectionState, FleetState } from "../state/fleet-state.ts";
import { readMessage } from "./read-message.ts";

const firstPauseMs = 250;
const longestPauseMs = 5000;
/** The server tells something every 2 seconds. Asked after so long, it has to answer before `deadAfterMs`. */
const askAfterMs = 8000;
const deadAfterMs = 15_000;
const lookEveryMs = 2000;
/** The close code of WebSockets. */
const messageTooBig = 1009;

export interface LiveConnectionOptions {
  readonly url: string;
  readonly open?: (url: string) => WebSocket;
  /** Why the server does not let this page in; `undefined`: not known, or it does. A browser tells nobody. */
  readonly askWhyRefused?: () => Promise<string | undefined>;
}

export class LiveConnection {
  readonly #state: FleetState;
  readonly #options: Required<LiveConnectionOptions>;
  readonly #positions = new Map<string, EventPosition>();
  #server: string | undefined;
  #socket: WebSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;
  #pauseMs = firstPauseMs;
  /** Of the last delta. */
  #n = 0;
  #heardAt = 0;
  #closed = false;

  constructor(state: FleetState, options: LiveConnectionOptions) {
    this.#state = state;
    this.#options = {
      open: (url) => new WebSocket(url),
      askWhyRefused: async () => undefined,
      ...options,
    };
    this.#connect();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#leave()?.close();
  }

  /** There is reason to believe that it works now: does not wait any longer before it tries again. */
  hurry(): void {
    if (this.#timer === undefined || this.#closed) return;
    clearTimeout(this.#timer);
    this.#connect();
  }

  #connect(): void {
    this.#timer = undefined;
    this.#n = 0;
    this.#heardAt = performance.now();
    const socket = this.#options.open(this.#options.url);
    this.#socket = socket;
    socket.addEventListener("open", () => this.#say(socket, this.#hello()));
    socket.addEventListener("message", ({ data }) => this.#hear(socket, data));
    socket.addEventListener("close", ({ code, reason }) => this.#lost(socket, code, reason));
    this.#watch = setInterval(() => this.#look(socket), lookEveryMs);
  }

  /** From now on nothing that this connection says counts. */
  #leave(): WebSocket | undefined {
    const socket = this.#socket;
    this.#socket = undefined;
    clearInterval(this.#watch);
    return socket;
  }

  #hello(): PageMessage {
    if (this.#server === undefined || this.#positions.size > helloBounds.positions) return { kind: "hello" };
    const resume = { server: this.#server, positions: [...this.#positions.values()] };
    const hello: PageMessage = { kind: "hello", resume };
    return bytesOf(hello) > helloBounds.bytes ? { kind: "hello" } : hello;
  }

  #say(socket: WebSocket, message: PageMessage): void {
    if (socket === this.#socket) socket.send(JSON.stringify(message));
  }

  /** A connection that broke without a word looks like one on which nothing is said. */
  #look(socket: WebSocket): void {
    const silentMs = performance.now() - this.#heardAt;
    if (silentMs > deadAfterMs) this.#giveUp(socket, "The dashboard's server does not answer.");
    else if (silentMs > askAfterMs && socket.readyState === 1) this.#say(socket, { kind: "ping" });
  }

  #hear(socket: WebSocket, data: unknown): void {
    if (socket !== this.#socket) return;
    this.#heardAt = performance.now();
    const message = readMessage(data);
    if (!message) {
      this.#giveUp(socket, "The dashboard said something that this page does not understand.");
      return;
    }
    if (message.kind === "pong") return;
    if (message.kind === "delta") {
      // What was said between is lost: the next snapshot has it.
      this.#n += 1;
      if (message.n !== this.#n) {
        this.#giveUp(socket, "A message of the dashboard's is missing.");
        return;
      }
    }
    this.#state.apply(message);
    // They are those of what the state has now: nothing is between.
    if (message.kind === "snapshot") this.#positions.clear();
    for (const position of message.positions ?? []) this.#positions.set(position.eventType, position);
    if (message.kind === "snapshot") {
      this.#server = message.server;
      this.#pauseMs = firstPauseMs;
      this.#state.setConnection("live");
    }
  }

  /** Does not wait for the other side's goodbye: it may never come. */
  #giveUp(socket: WebSocket, why: string): void {
    socket.close(4000, why);
    this.#lost(socket, 4000, why);
  }

  #lost(socket: WebSocket, code: number, reason: string): void {
    if (socket !== this.#socket || this.#closed) return;
    this.#leave();
    // It would not take the same hello the next time either: then from the beginning.
    if (code === closeCodes.notUnderstood || code === messageTooBig) this.#server = undefined;
    this.#state.setConnection(code === closeCodes.full ? "refused" : "away", whyLost(code, reason));
    const pause = this.#pauseMs * (0.75 + Math.random() / 2);
    this.#pauseMs = Math.min(longestPauseMs, this.#pauseMs * 2);
    this.#timer = setTimeout(() => this.#connect(), pause);
    if (code === 1006) void this.#tellWhyRefused();
  }

  async #tellWhyRefused(): Promise<void> {
    const why = await this.#options.askWhyRefused().catch(() => undefined);
    const away: ConnectionState[] = ["away", "refused"];
    if (why !== undefined && away.includes(this.#state.connection)) this.#state.setConnection("refused", why);
  }
}

function bytesOf(message: PageMessage): number {
  return new TextEncoder().encode(JSON.stringify(message)).length;
}

function whyLost(code: number, reason: string): string {
  if (code === closeCodes.tooSlow)
    return "This page took too long to read what it was sent, and is catching up.";
  if (code === closeCodes.full) return "As many pages are connected to this dashboard as may be.";
  return reason || "The dashboard's server does not answer.";
}
