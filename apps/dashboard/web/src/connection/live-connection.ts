/** The connection to the server: comes back by itself, and goes on where it was. */
import {
  closeCodes,
  type EventPosition,
  type Hello,
  type ServerMessage,
} from "../../../src/protocol/messages.ts";
import type { FleetState } from "../state/fleet-state.ts";

const firstPauseMs = 250;
const longestPauseMs = 5000;

export class LiveConnection {
  readonly #state: FleetState;
  readonly #url: string;
  readonly #positions = new Map<string, EventPosition>();
  #server: string | undefined;
  #socket: WebSocket | undefined;
  #timer: number | undefined;
  #pauseMs = firstPauseMs;
  #n = 0;
  #closed = false;

  constructor(state: FleetState, url = socketUrl()) {
    this.#state = state;
    this.#url = url;
    this.#connect();
    window.addEventListener("online", this.#hurry);
  }

  close(): void {
    this.#closed = true;
    window.clearTimeout(this.#timer);
    window.removeEventListener("online", this.#hurry);
    this.#socket?.close();
  }

  readonly #hurry = () => {
    if (this.#timer === undefined) return;
    window.clearTimeout(this.#timer);
    this.#connect();
  };

  #connect(): void {
    this.#timer = undefined;
    this.#n = 0;
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.addEventListener("open", () => socket.send(JSON.stringify(this.#hello())));
    socket.addEventListener("message", ({ data }: MessageEvent<string>) => this.#hear(socket, data));
    socket.addEventListener("close", ({ code, reason }) => this.#lost(socket, code, reason));
  }

  #hello(): Hello {
    if (this.#server === undefined) return { kind: "hello" };
    return { kind: "hello", resume: { server: this.#server, positions: [...this.#positions.values()] } };
  }

  #hear(socket: WebSocket, text: string): void {
    if (socket !== this.#socket) return;
    const message = JSON.parse(text) as ServerMessage;
    if (message.kind === "snapshot") {
      this.#server = message.server;
      this.#positions.clear();
      this.#pauseMs = firstPauseMs;
    } else {
      this.#n += 1;
      // What was said between is lost: the next snapshot has it.
      if (message.n !== this.#n) {
        socket.close(4000, "a message is missing");
        return;
      }
    }
    for (const position of message.positions ?? []) this.#positions.set(position.eventType, position);
    this.#state.apply(message);
    if (message.kind === "snapshot") this.#state.setConnection("live");
  }

  #lost(socket: WebSocket, code: number, reason: string): void {
    if (socket !== this.#socket || this.#closed) return;
    this.#state.setConnection(code === closeCodes.full ? "refused" : "away", whyLost(code, reason));
    const pause = this.#pauseMs * (0.75 + Math.random() / 2);
    this.#pauseMs = Math.min(longestPauseMs, this.#pauseMs * 2);
    this.#timer = window.setTimeout(() => this.#connect(), pause);
  }
}

function whyLost(code: number, reason: string): string {
  if (code === closeCodes.tooSlow)
    return "This page took too long to read what it was sent, and is catching up.";
  if (code === closeCodes.full) return "As many pages are connected to this dashboard as may be.";
  return reason || "The dashboard's server does not answer.";
}

function socketUrl(): string {
  const { protocol, host } = window.location;
  return `${protocol === "https:" ? "wss:" : "ws:"}//${host}/ws`;
}
