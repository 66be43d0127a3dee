/** The proxy itself: listens on loopback, and switches faults on and off for the connections that run through it. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { newCounters, type ProxyCounters } from "./counters.ts";
import { type Faults, Link } from "./link.ts";
import { type DropReplies, ReplyDropper } from "./reply-dropper.ts";

export interface FaultyProxy extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** Connections that are open now. */
  readonly connections: number;
  readonly counters: Readonly<ProxyCounters>;
  /** For example redis://127.0.0.1:port, the default scheme. */
  url(scheme?: string): string;

  /**
   * Requests reach the server, but every n-th reply is swallowed and its connection closed. That is the only way TCP
   * can lose a reply. Holds until heal(), or until it is called with null.
   */
  dropReplies(options: DropReplies | null): void;
  /** Every chunk takes this long in each direction; 0 for none. What is on its way keeps its delay. */
  delay(ms: number): void;
  /**
   * Connections stay open and new ones are accepted, but nothing passes, in either direction: not even the news that
   * the other side has closed. What is sent is held until speak().
   */
  goSilent(): void;
  /**
   * Ends the silence. "drop": connections that were silent stay open and mute for ever, what was held is lost.
   * "deliver": it goes through now, late. New connections work in both cases.
   */
  speak(options: { held: "drop" | "deliver" }): void;
  /** Every connection's client gets a FIN and no reply any more; what it sends still reaches the server. */
  halfClose(): void;
  /** Resets every connection on both sides, and says how many. New ones work. */
  cutAll(): number;
  /** Stops listening: new connections are refused, existing ones run on. */
  refuse(): void;
  /** Listens again, on the same port. */
  accept(): Promise<void>;
  /** No fault any more: replies and time as they come, listening, and silence ended as with speak({ held: "drop" }). */
  heal(): Promise<void>;
  /** Closes every connection and stops listening. Twice is fine. */
  close(): Promise<void>;
}

export interface StartProxyOptions {
  readonly target: { readonly host: string; readonly port: number };
  /** Nothing of the proxy keeps the process alive, or counts as a resource of it. Default false. */
  readonly background?: boolean;
}

export async function startProxy({ target, background = false }: StartProxyOptions): Promise<FaultyProxy> {
  const host = "127.0.0.1";
  const links = new Set<Link>();
  const counters = newCounters();
  const faults: Faults = { delayMs: 0, dropper: undefined };
  let silent = false;
  let listener: Server | undefined;

  const listen = async (wanted: number): Promise<number> => {
    const server = createServer({ allowHalfOpen: true }, (client) => {
      counters.accepted += 1;
      const link = new Link({
        client,
        target,
        faults,
        counters,
        background,
        onGone: (gone) => links.delete(gone),
      });
      links.add(link);
      if (silent) link.fallSilent();
    });
    server.listen(wanted, host);
    if (background) server.unref();
    await once(server, "listening"); // rejects when somebody took the port meanwhile
    listener = server;
    return (server.address() as AddressInfo).port;
  };
  const port = await listen(0);

  const proxy: FaultyProxy = {
    host,
    port,
    counters,
    get connections() {
      return links.size;
    },
    url: (scheme = "redis") => `${scheme}://${host}:${port}`,
    dropReplies(options) {
      faults.dropper = options ? new ReplyDropper(options) : undefined;
    },
    delay(ms) {
      faults.delayMs = ms;
    },
    goSilent() {
      silent = true;
      for (const link of links) link.fallSilent();
    },
    speak({ held }) {
      silent = false;
      for (const link of links) {
        if (held === "deliver") link.speak();
        else if (link.silent) link.die();
      }
    },
    halfClose() {
      for (const link of links) link.halfClose();
    },
    cutAll() {
      const count = links.size;
      counters.cut += count;
      for (const link of links) link.reset();
      return count;
    },
    refuse() {
      listener?.close();
      listener = undefined;
    },
    async accept() {
      if (!listener) await listen(port);
    },
    async heal() {
      faults.delayMs = 0;
      faults.dropper = undefined;
      proxy.speak({ held: "drop" });
      await proxy.accept();
    },
    async close() {
      const closing = listener;
      proxy.refuse();
      for (const link of links) link.destroy();
      if (closing) await once(closing, "close");
    },
    [Symbol.asyncDispose]: () => proxy.close(),
  };
  return proxy;
}
