/** One client's connection through the proxy: a socket to the client, one to the server, and a direction each way. */
import { connect, type Socket } from "node:net";
import type { ProxyCounters } from "./counters.ts";
import { OneWay, type Piece } from "./one-way.ts";
import type { ReplyDropper } from "./reply-dropper.ts";

/** The faults in force; the proxy changes them while connections run. */
export interface Faults {
  delayMs: number;
  dropper: ReplyDropper | undefined;
}

export interface LinkOptions {
  client: Socket;
  target: { readonly host: string; readonly port: number };
  faults: Faults;
  counters: ProxyCounters;
  background: boolean;
  /** Called once, when both sockets are closed. */
  onGone(link: Link): void;
}

export class Link {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #faults: Faults;
  readonly #counters: ProxyCounters;
  readonly #toServer: OneWay;
  readonly #toClient: OneWay;
  #latestRequest: Buffer = Buffer.alloc(0);
  #silent = false;
  #dead = false;
  #connected = false;

  constructor({ client, target, faults, counters, background, onGone }: LinkOptions) {
    this.#client = client;
    this.#faults = faults;
    this.#counters = counters;
    this.#server = connect({ ...target, allowHalfOpen: true, noDelay: true });
    client.setNoDelay(true);
    if (background) {
      client.unref();
      this.#server.unref();
    }
    this.#toServer = new OneWay((piece) => {
      counters.bytesToServer += passOn(piece, this.#server);
    });
    this.#toClient = new OneWay((piece) => {
      counters.bytesToClient += passOn(piece, client);
    });
    this.#listen(onGone);
  }

  /** Nothing passes any more, and neither side learns when the other one closes. */
  fallSilent(): void {
    this.#silent = true;
    this.#toServer.hold();
    this.#toClient.hold();
  }

  /** What was held goes through now. */
  speak(): void {
    if (!this.#silent || this.#dead) return;
    this.#silent = false;
    this.#toServer.release();
    this.#toClient.release();
    this.#spreadClosing();
  }

  /** What was held is lost, and the connection stays open and mute until somebody closes it. */
  die(): void {
    this.#dead = true;
    this.#silent = false;
    this.#toServer.die();
    this.#toClient.die();
    this.#spreadClosing();
  }

  get silent(): boolean {
    return this.#silent;
  }

  /** FIN to the client, which may go on sending. */
  halfClose(): void {
    this.#toClient.die();
    this.#client.end();
  }

  reset(): void {
    this.#client.resetAndDestroy();
    this.#server.resetAndDestroy();
  }

  destroy(): void {
    this.#client.destroy();
    this.#server.destroy();
  }

  #listen(onGone: (link: Link) => void): void {
    const client = this.#client;
    const server = this.#server;
    server.on("connect", () => {
      this.#connected = true;
    });
    client.on("data", (chunk) => {
      this.#counters.requests += 1;
      this.#latestRequest = chunk;
      this.#toServer.push(chunk, this.#faults.delayMs);
    });
    server.on("data", (chunk) => this.#onReply(chunk));
    client.on("end", () => this.#toServer.push(null, this.#faults.delayMs));
    server.on("end", () => this.#toClient.push(null, this.#faults.delayMs));
    // an error is always followed by close, and there it is passed on to the other side as a reset
    client.on("error", () => undefined);
    server.on("error", () => {
      if (!this.#connected) this.#counters.targetFailures += 1;
    });
    const onClose = () => {
      if (client.closed && server.closed) onGone(this);
      else this.#spreadClosing();
    };
    client.on("close", onClose);
    server.on("close", onClose);
  }

  #onReply(chunk: Buffer): void {
    this.#counters.replies += 1;
    const carries = !this.#silent && !this.#dead;
    if (carries && this.#faults.dropper?.drops(this.#latestRequest)) {
      this.#counters.repliesDropped += 1;
      this.destroy();
      return;
    }
    this.#toClient.push(chunk, this.#faults.delayMs);
  }

  /** One side is closed for good: so must the other one be, unless silence keeps the news from it. */
  #spreadClosing(): void {
    if (this.#silent) return;
    for (const [one, other] of [
      [this.#client, this.#server],
      [this.#server, this.#client],
    ] as const) {
      if (!one.closed || other.destroyed) continue;
      if (one.errored) other.resetAndDestroy();
      else if (this.#dead) other.destroy();
    }
  }
}

/** Passes a piece on and says how many bytes; a socket that is gone or has said its end takes none. */
function passOn(piece: Piece, to: Socket): number {
  if (piece === null) {
    to.end();
    return 0;
  }
  if (!to.writable) return 0;
  to.write(piece); // what a slow reader does not take waits in memory: tests are small
  return piece.length;
}
