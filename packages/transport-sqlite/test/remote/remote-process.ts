/** A process of its own that holds transports for a test. It starts with the first one, and ends with the test's. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { Logger, TransportStatus } from "@attune/transport";
import type { FromRemote, Request, ToRemote } from "./messages.ts";
import { fromSentError } from "./sent-error.ts";

/** What a transport in the other process says unasked. */
export interface RemoteListener {
  status(status: TransportStatus): void;
  log(level: keyof Logger, message: string): void;
}

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

const mainFile = new URL("./remote-main.ts", import.meta.url);
/** The process gives itself less time than this to exit. */
const killMs = 10_000;

export class RemoteProcess {
  #child: ChildProcess | undefined;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Map<number, RemoteListener>();
  readonly #rings = new Map<number, () => void>();
  #lastNumber = 0;
  #holds = 0;
  #ending = false;
  /** Why the process ended as it should not have. */
  #failure: Error | undefined;

  /** A number that nothing else has in this process: for a transport, a watch, a call. */
  newNumber(): number {
    return ++this.#lastNumber;
  }

  /** Sends a request and gives its result, or throws its error. */
  async request<T>(request: Request): Promise<T> {
    if (request.kind === "open") this.#child ??= this.#start();
    if (!this.#child) throw this.#failure ?? new Error("The process of this transport was ended.");
    const call = this.newNumber();
    const release = this.hold();
    try {
      const answered = new Promise<unknown>((resolve, reject) =>
        this.#pending.set(call, { resolve, reject }),
      );
      this.#tell(this.#child, { kind: "request", call, request });
      return (await answered) as T;
    } finally {
      this.#pending.delete(call);
      release();
    }
  }

  listen(transport: number, listener: RemoteListener): void {
    this.#listeners.set(transport, listener);
  }

  stopListening(transport: number): void {
    this.#listeners.delete(transport);
  }

  /** What is called when a watch rings in the other process. */
  onRing(watch: number, ring: () => void): void {
    this.#rings.set(watch, ring);
  }

  unwatch(watch: number): void {
    if (this.#rings.delete(watch) && this.#child) this.#tell(this.#child, { kind: "unwatch", watch });
  }

  /** Keeps the test's process alive. The result ends that. */
  hold(): () => void {
    this.#holds++;
    this.#refWhileHeld();
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#holds--;
      this.#refWhileHeld();
    };
  }

  /**
   * Ends the process. It has to exit by itself once its transports are closed: rejects if something kept it alive, and
   * also if it had exited unasked at any time before.
   */
  async end(): Promise<void> {
    const child = this.#child;
    if (child) {
      this.#ending = true;
      child.ref();
      const exited = once(child, "exit");
      if (child.connected) child.disconnect();
      const timer = setTimeout(() => child.kill("SIGKILL"), killMs);
      await exited;
      clearTimeout(timer);
    }
    if (this.#failure) throw this.#failure;
  }

  #start(): ChildProcess {
    const child = fork(mainFile, {
      execArgv: ["--conditions=@attune/source"],
      // Maps, sets and `undefined` come through unchanged.
      serialization: "advanced",
    });
    child.on("message", (message: FromRemote) => this.#hear(message));
    child.on("error", (error) => this.#gone(error));
    child.on("exit", (code, signal) => {
      const asTold = this.#ending && code === 0;
      this.#gone(
        asTold ? undefined : new Error(`The process of remote transports ended (${signal ?? code}).`),
      );
    });
    this.#child = child;
    this.#refWhileHeld();
    return child;
  }

  #tell(child: ChildProcess, message: ToRemote): void {
    // A channel that is closed: its process is about to be found gone, and everybody who waits is told then.
    child.send(message, () => {});
  }

  #hear(message: FromRemote): void {
    switch (message.kind) {
      case "result":
        this.#pending.get(message.call)?.resolve(message.result);
        return;
      case "error":
        this.#pending.get(message.call)?.reject(fromSentError(message.error));
        return;
      case "ring":
        this.#rings.get(message.watch)?.();
        return;
      case "status":
        this.#listeners.get(message.transport)?.status(message.status);
        return;
      case "log":
        this.#listeners.get(message.transport)?.log(message.level, message.message);
    }
  }

  #gone(failure: Error | undefined): void {
    this.#child = undefined;
    this.#failure ??= failure;
    this.#rings.clear();
    for (const { reject } of this.#pending.values()) {
      reject(failure ?? new Error("The process of this transport was ended."));
    }
  }

  #refWhileHeld(): void {
    const held = this.#holds > 0;
    // Two handles: the process and the channel to it.
    for (const handle of [this.#child, this.#child?.channel]) {
      if (held) handle?.ref();
      else handle?.unref();
    }
  }
}
