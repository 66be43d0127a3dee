/** Calls into a child process, one call at a time. The child ends with its parent, whatever ends the parent. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";

const defaultTimeoutMs = 60_000;
const exitTimeoutMs = 2000;

interface Reply {
  readonly value?: unknown;
  readonly error?: string;
}

export class Remote implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #callTimeoutMs: number;

  /** No call takes `callTimeoutMs` unless something is broken. */
  constructor(modulePath: string, args: readonly string[] = [], callTimeoutMs = defaultTimeoutMs) {
    this.#callTimeoutMs = callTimeoutMs;
    this.#child = fork(modulePath, args);
    this.#name = args.join(" ") || modulePath;
  }

  async call<T>(method: string, argument?: unknown): Promise<T> {
    const over = new AbortController();
    const signal = AbortSignal.any([over.signal, AbortSignal.timeout(this.#callTimeoutMs)]);
    try {
      const reply = once(this.#child, "message", { signal });
      const ended = once(this.#child, "exit", { signal }).then(([code, name]) => {
        throw new Error(`${this.#name}: its process ended (${code ?? name})`);
      });
      ended.catch(() => {}); // also when it is aborted below, after the reply
      this.#child.send({ method, argument });
      const [message] = (await Promise.race([reply, ended])) as [Reply];
      if (message.error !== undefined) throw new Error(`${this.#name}: ${message.error}`);
      return message.value as T;
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new Error(`${this.#name}: no answer to ${method} within ${this.#callTimeoutMs} ms`, {
        cause: error,
      });
    } finally {
      over.abort();
    }
  }

  /** Ends the child as a crash does; resolves once it is gone. */
  async kill(): Promise<void> {
    const exited = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await exited;
  }

  /** Ends the child and waits until it is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, "exit");
    if (this.#child.connected) this.#child.disconnect();
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), exitTimeoutMs);
    await exited;
    clearTimeout(timer);
  }
}

/** The child's side. */
export function serve(handlers: Readonly<Record<string, (argument: never) => Promise<unknown>>>): void {
  process.on("disconnect", () => process.exit(0));
  process.on("message", async ({ method, argument }: { method: string; argument: never }) => {
    let reply: Reply;
    try {
      reply = { value: await handlers[method]!(argument) };
    } catch (error) {
      reply = { error: (error as Error).stack ?? String(error) };
    }
    if (process.connected) process.send!(reply);
  });
}
