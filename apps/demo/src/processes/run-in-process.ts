/** Runs a part in a process of its own, which ends with the demonstration's, however that ends. */
import { type ChildProcess, fork } from "node:child_process";
import { DemonstrationError } from "../demonstration.ts";
import { endedUnready, type Part, type PartHost, PartKilledError, type RunningPart } from "./part.ts";
import type { FromPart, ToPart } from "./part-messages.ts";

const partMain = new URL("./part-main.ts", import.meta.url);
/** How long a part that was told to end, or has given its result, may take to be gone. */
const killMs = 8000;
const asItShould = "exit code 0";

export function runInProcess<Input, Output, Told, Ready>(
  part: Part<Input, Output, Told, Ready>,
  input: Input,
  host: PartHost,
): RunningPart<Output, Told, Ready> {
  return new PartProcess<Output, Told, Ready>(part.name, input, host);
}

class PartProcess<Output, Told, Ready> implements RunningPart<Output, Told, Ready> {
  readonly processId: number | null;
  readonly place: string;
  readonly ready: Promise<Ready>;
  readonly result: Promise<Output>;
  readonly #name: string;
  readonly #host: PartHost;
  readonly #child: ChildProcess;
  readonly #ready = Promise.withResolvers<Ready>();
  readonly #result = Promise.withResolvers<Output>();
  readonly #gone = Promise.withResolvers<void>();
  #last: (FromPart & { kind: "result" | "failed" }) | undefined;
  #killed = false;
  #isOver = false;
  #killTimer: NodeJS.Timeout | undefined;

  constructor(name: string, input: unknown, host: PartHost) {
    this.#name = name;
    this.#host = host;
    // Its lines go where ours go, by themselves: in the order in which they are said, whoever says them.
    // Maps, buffers and `undefined` come through unchanged with the advanced serialization.
    const child = fork(partMain, {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      serialization: "advanced",
    });
    this.#child = child;
    this.processId = child.pid ?? null;
    this.place = `process ${child.pid}`;
    this.ready = this.#ready.promise;
    this.result = this.#result.promise;
    // Looked at by whom it concerns; a demonstration that has failed already looks no more.
    this.ready.catch(() => {});
    this.result.catch(() => {});
    process.once("exit", this.#killNow);
    host.ending.addEventListener("abort", this.#end, { once: true });
    child.on("message", (message: FromPart) => this.#hear(message));
    child.on("error", (error) => this.#over(error.message));
    // The last messages can come after the exit.
    const { promise: disconnected, resolve: disconnect } = Promise.withResolvers<void>();
    child.once("disconnect", disconnect);
    child.once("exit", async (code, signal) => {
      await disconnected;
      this.#over(signal ?? `exit code ${code}`);
    });
    this.#tell({ kind: "begin", part: name, url: host.url, input });
    if (host.ending.aborted) this.#end();
  }

  tell(told: Told): void {
    this.#tell({ kind: "told", told });
  }

  async kill(): Promise<void> {
    this.#killed = true;
    this.#child.kill("SIGKILL");
    await this.#gone.promise;
  }

  /** For `process.on`, which is to be given the same function again. */
  readonly #killNow = () => void this.#child.kill("SIGKILL");

  readonly #end = () => {
    this.#tell({ kind: "end" });
    this.#killLater();
  };

  #killLater(): void {
    this.#killTimer ??= setTimeout(this.#killNow, killMs);
  }

  #tell(message: ToPart): void {
    // A channel that is closed: the process is about to be found gone.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  #hear(message: FromPart): void {
    switch (message.kind) {
      case "ready":
        this.#ready.resolve(message.value as Ready);
        return;
      case "log":
        this.#host.transport.logger[message.level](message.message);
        return;
      case "result":
      case "failed":
        this.#last = message;
        this.#killLater();
    }
  }

  #over(how: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    process.removeListener("exit", this.#killNow);
    this.#host.ending.removeEventListener("abort", this.#end);
    clearTimeout(this.#killTimer);
    const who = `The ${this.#name}, ${this.place},`;
    if (this.#killed) this.#result.reject(new PartKilledError(`${who} was killed.`));
    else if (this.#last?.kind === "result" && how === asItShould)
      this.#result.resolve(this.#last.output as Output);
    else if (this.#last?.kind === "failed") this.#fail(`${who} failed: ${this.#last.message}`);
    else this.#fail(`${who} ended in the middle (${how}).`);
    this.result.then(() => this.#ready.reject(endedUnready(this.#name, this.place)), this.#ready.reject);
    this.#gone.resolve();
  }

  #fail(message: string): void {
    this.#result.reject(new DemonstrationError(message, 1));
  }
}
