/** A page as tests need it: it says hello, keeps what it is told as the web app does, and comes back with its positions. */
import { until } from "@attune-tools/every-store";
import WebSocket from "ws";
import type {
  Delta,
  EventGap,
  EventPosition,
  Hello,
  ServerMessage,
  Snapshot,
} from "../src/protocol/messages.ts";
import type { AgentJson, EventJson } from "../src/protocol/records.ts";

export interface PageClientOptions {
  /** `http://127.0.0.1:8000` */
  readonly url: string;
  readonly token: string;
  /** What it has from before. */
  readonly memory?: PageMemory | undefined;
  /** Says hello as soon as it is connected. Default true. */
  readonly hello?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a page has, over all its connections. */
export class PageMemory {
  server = "";
  readonly positions = new Map<string, EventPosition>();
  events: EventJson[] = [];
  readonly gaps: EventGap[] = [];
  readonly snapshots: Snapshot[] = [];
  readonly agents = new Map<string, AgentJson>();
  parts: Partial<Omit<Snapshot, "events" | "agents" | "kind">> = {};

  get hello(): Hello {
    if (this.server === "") return { kind: "hello" };
    return { kind: "hello", resume: { server: this.server, positions: [...this.positions.values()] } };
  }

  take(message: ServerMessage): void {
    if (message.kind === "snapshot") {
      this.snapshots.push(message);
      this.server = message.server;
      this.positions.clear();
      this.agents.clear();
      if (!message.resumed) this.events = [];
    }
    const { kind: _kind, events, agents, gaps, positions, ...rest } = message as Delta;
    for (const position of positions ?? []) this.positions.set(position.eventType, position);
    for (const event of events ?? []) this.events.push(event);
    for (const gap of gaps ?? []) this.gaps.push(gap);
    for (const patch of agents?.changed ?? [])
      this.agents.set(patch.agent_id, { ...this.agents.get(patch.agent_id)!, ...patch });
    for (const id of agents?.gone ?? []) this.agents.delete(id);
    Object.assign(this.parts, rest);
  }
}

export class PageClient {
  readonly memory: PageMemory;
  readonly socket: WebSocket;
  /** Resolves once it is connected; rejects where it is not let in. */
  readonly opened: Promise<void>;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  readonly messages: ServerMessage[] = [];
  #n = 0;
  /** What was wrong with the protocol itself. */
  wrong: string | undefined;

  constructor({ url, token, memory = new PageMemory(), hello = true, headers }: PageClientOptions) {
    this.memory = memory;
    this.socket = new WebSocket(`${url.replace(/^http/, "ws")}/ws`, {
      headers: { authorization: `Bearer ${token}`, ...headers },
      perMessageDeflate: false,
    });
    this.opened = new Promise((resolve, reject) => {
      this.socket.once("open", resolve);
      this.socket.on("error", reject);
    });
    this.opened.catch(() => {});
    this.closed = new Promise((resolve) => {
      this.socket.once("close", (code, reason) => resolve({ code, reason: String(reason) }));
    });
    if (hello) this.socket.once("open", () => this.say(memory.hello));
    this.socket.on("message", (data) => this.#take(JSON.parse(String(data)) as ServerMessage));
  }

  get isClosed(): boolean {
    return this.socket.readyState === WebSocket.CLOSED;
  }

  get snapshot(): Snapshot | undefined {
    return this.memory.snapshots.at(-1);
  }

  say(message: unknown): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  /** Once it has a snapshot of this connection. */
  async told(ms?: number): Promise<Snapshot> {
    const isSnapshot = () => this.messages.some(({ kind }) => kind === "snapshot");
    await until("the page is told a snapshot", isSnapshot, ms);
    return this.snapshot!;
  }

  until(what: string, condition: (memory: PageMemory) => boolean, ms?: number): Promise<void> {
    return until(what, () => condition(this.memory), ms);
  }

  async close(): Promise<PageMemory> {
    this.socket.close();
    await this.closed;
    return this.memory;
  }

  /** Without a word. */
  terminate(): PageMemory {
    this.socket.removeAllListeners("message");
    this.socket.terminate();
    return this.memory;
  }

  #take(message: ServerMessage): void {
    // Not kept whole: tests last long.
    this.messages.push(message.kind === "snapshot" ? message : { kind: message.kind, n: message.n });
    if (message.kind === "delta" && message.n !== ++this.#n)
      this.wrong ??= `delta ${message.n} came as number ${this.#n}`;
    this.memory.take(message);
  }
}
