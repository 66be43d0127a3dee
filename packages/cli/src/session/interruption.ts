/** Ctrl-C, SIGTERM and a reader that has gone: each ends what is under way, once and in order. */
import { exitCode } from "../exit-code.ts";

export class Interruption implements Disposable {
  readonly #ending = new AbortController();
  /** What the process is to end with; `undefined`: nothing was interrupted. */
  exitCode: number | undefined;
  readonly #onInterrupt = () => this.#end(exitCode.interrupted);
  readonly #onTerminate = () => this.#end(exitCode.terminated);
  readonly #onHangUp = () => this.#end(exitCode.hungUp);

  constructor() {
    process.on("SIGINT", this.#onInterrupt);
    process.on("SIGTERM", this.#onTerminate);
    process.on("SIGHUP", this.#onHangUp);
  }

  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  /** Nothing more can be printed: since nobody reads it, which is no failure, or for another reason. */
  readonly outputClosed = (failure: Error | undefined): void => {
    if (failure === undefined) this.exitCode ??= exitCode.ok;
    this.#ending.abort();
  };

  /** Whether a signal of the system has ended it. */
  get ended(): boolean {
    return this.exitCode !== undefined && this.exitCode !== exitCode.ok;
  }

  [Symbol.dispose](): void {
    process.off("SIGINT", this.#onInterrupt);
    process.off("SIGTERM", this.#onTerminate);
    process.off("SIGHUP", this.#onHangUp);
  }

  /** A second one does not wait for anything. */
  #end(code: number): void {
    if (this.#ending.signal.aborted) process.exit(code);
    this.exitCode = code;
    this.#ending.abort();
  }
}
