/** The parts of one demonstration: each in a process of its own where processes share the store, else all in this one. */
import { type Part, type PartHost, PartKilledError, type RunningPart } from "./part.ts";
import { runHere } from "./run-here.ts";
import { runInProcess } from "./run-in-process.ts";

export class Parts implements AsyncDisposable {
  /** Aborts too when a part fails: then there is nothing to wait for. */
  readonly ending: AbortSignal;
  readonly #host: PartHost;
  readonly #closing = new AbortController();
  readonly #failing = new AbortController();
  readonly #running: Promise<unknown>[] = [];

  constructor(host: PartHost) {
    this.#host = { ...host, ending: AbortSignal.any([host.ending, this.#closing.signal]) };
    this.ending = AbortSignal.any([host.ending, this.#failing.signal]);
  }

  /** Whether they have processes of their own. */
  get apart(): boolean {
    return this.#host.transport.capabilities.sharedBy !== "process";
  }

  start<Input, Output, Told, Ready>(
    part: Part<Input, Output, Told, Ready>,
    input: Input,
  ): RunningPart<Output, Told, Ready> {
    const running = (this.apart ? runInProcess : runHere)(part, input, this.#host);
    const over = running.result.catch((error: unknown) => {
      if (!(error instanceof PartKilledError)) this.#failing.abort();
    });
    this.#running.push(over);
    return running;
  }

  /** Ends those that still run, and waits until no process is left. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#running);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
