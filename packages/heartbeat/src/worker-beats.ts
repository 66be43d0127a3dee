/** Beats from a worker thread, which opens a transport of its own and does all the writing for its agent. */
import { Worker, type WorkerOptions } from "node:worker_threads";
import {
  AttuneError,
  defaultLogger,
  type Transport,
  type TransportOrigin,
  transportOrigin,
} from "@attune/transport";
import type { AgentState } from "./agent-state.ts";
import { BeatLoop, type BeatLoopSetup } from "./beat-loop.ts";
import { type BeatEnd, type BeatResult, type Beats, resultAfter } from "./beats.ts";
import { markMain } from "./main-watch.ts";
import type { FromWorker, ToWorker, WorkerSetup } from "./worker-messages.ts";

/** How long a worker may take to close its transport before it is terminated. */
const closeMs = 1500;

interface Pending {
  readonly states: readonly AgentState[];
  readonly resolve: (result: BeatResult) => void;
  readonly reject: (error: unknown) => void;
}

/** Throws for a transport that a worker thread cannot open again. */
export function originForWorker(transport: Transport): TransportOrigin {
  const origin = transportOrigin(transport);
  if (origin && transport.capabilities.sharedBy !== "process") return origin;
  const reason = origin
    ? `the store at ${transport.location} is visible to one thread only; use another store`
    : "this transport was not opened from a URL; open it with openTransport(url)";
  throw new AttuneError(
    "ATTUNE_ARGUMENT_INVALID",
    `beatFrom: "worker" opens a transport of its own, but ${reason}, or beat from "main".`,
    { details: { argument: "beatFrom" } },
  );
}

export class WorkerBeats implements Beats {
  readonly #setup: BeatLoopSetup;
  readonly #main = markMain();
  readonly #stopListening: () => void;
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #state: AgentState | undefined;
  #incarnation: number | undefined;
  #end: BeatEnd | undefined;
  #closing: Promise<void> | undefined;
  #failure: unknown;
  /** Beats from this thread, should the worker fail. */
  #fallback: BeatLoop | undefined;

  constructor(setup: BeatLoopSetup, origin: TransportOrigin) {
    this.#setup = setup;
    const { plan, logger, transport } = setup;
    const workerData: WorkerSetup = {
      origin,
      limits: transport.limits,
      plan,
      marks: this.#main.marks,
      plainWarnings: logger === defaultLogger,
    };
    this.#worker = startWorker(workerData);
    this.#worker.on("message", (message: FromWorker) => this.#hear(message));
    this.#worker.on("error", (error) => {
      this.#failure = error;
    });
    this.#exited = new Promise((resolve) => {
      this.#worker.once("exit", () => {
        this.#gone();
        resolve();
      });
    });
    this.#worker.unref();
    this.#stopListening = transport.onStatus((status) => {
      if (status === "closed") void this.close();
    });
  }

  write(states: readonly AgentState[]): Promise<BeatResult> {
    if (this.#fallback) return this.#fallback.write(states);
    if (this.#end) return Promise.resolve(resultAfter(this.#end));
    this.#state = states.at(-1);
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { states, resolve, reject });
      // Somebody waits: the process must not exit under him.
      this.#worker.ref();
      this.#tell({ kind: "write", id, states });
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#finish({ reason: "closed" });
    await this.#fallback?.close();
    // What has been recorded may still have to be published: the process waits for that, for a while.
    this.#worker.ref();
    this.#tell({ kind: "close" });
    const timer = setTimeout(() => void this.#worker.terminate(), closeMs);
    await this.#exited;
    clearTimeout(timer);
  }

  #tell(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #hear(message: FromWorker): void {
    switch (message.kind) {
      case "result":
        this.#incarnation = message.incarnation;
        this.#take(message.id)?.resolve(message.result);
        return;
      case "rejected":
        this.#take(message.id)?.reject(new Error(message.message));
        return;
      case "log":
        this.#setup.logger[message.level](message.message);
        return;
      case "end":
        this.#finish(message.end);
        void this.close();
    }
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (this.#pending.size === 0 && !this.#closing) this.#worker.unref();
    return pending;
  }

  #finish(end: BeatEnd): void {
    if (this.#end) return;
    this.#end = end;
    this.#stopListening();
    this.#main.stop();
    this.#setup.onEnd(end);
  }

  /** The worker has exited: as it was told to, or else it failed, and this thread goes on in its place. */
  #gone(): void {
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    if (this.#end) {
      for (const { resolve } of pending) resolve(resultAfter(this.#end));
      return;
    }
    this.#main.stop();
    const { logger, plan, transport } = this.#setup;
    logger.warn(
      `attune: the worker thread of agent ${JSON.stringify(plan.agentId)} failed (${String(this.#failure ?? "it exited")}). Beating from the main thread instead.`,
    );
    this.#fallback = new BeatLoop({
      ...this.#setup,
      incarnation: this.#incarnation,
      onEnd: (end) => this.#finish(end),
    });
    if (!this.#state) return;
    const unanswered = pending.flatMap(({ states }) => states);
    // Where every beat was answered, the fallback still has to know what to repeat.
    const repeated = { ...this.#state, madeAt: transport.clock.now() };
    const writing = this.#fallback.write(unanswered.length > 0 ? unanswered : [repeated]);
    for (const { resolve, reject } of pending) writing.then(resolve, reject);
    writing.catch(() => {}); // told to those who wait
  }
}

/** Beside this file lies the worker's: as source when this runs from source, else built. */
function startWorker(workerData: WorkerSetup): Worker {
  const fromSource = import.meta.url.endsWith(".ts");
  const url = new URL(fromSource ? "./beat-worker.ts" : "./beat-worker.js", import.meta.url);
  const options: WorkerOptions = { workerData, name: "attune-heartbeat" };
  if (fromSource) options.execArgv = ["--conditions=@attune/source"];
  // A program given with --eval and its --input-type: a worker would inherit that, and refuse it for its file.
  else if (process.execArgv.some((option) => option.startsWith("--input-type"))) options.execArgv = [];
  return new Worker(url, options);
}
