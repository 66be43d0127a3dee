/** What a demonstration begins with: its store, which it names, its parts and its steps. */
import type { Transport } from "@attune/transport";
import { deadlineMs } from "./deadline.ts";
import type { DemonstrationSetup } from "./demonstration.ts";
import { endingOf } from "./ending.ts";
import { openStore } from "./open-store.ts";
import { Parts } from "./processes/parts.ts";
import { Steps } from "./steps.ts";
import { announceStore } from "./store-announcement.ts";

export class Scene implements AsyncDisposable {
  readonly transport: Transport;
  readonly steps: Steps;
  readonly parts: Parts;
  /** It has to end, however far it has come: interrupted, out of time, without its store or one of its parts. */
  readonly ending: AbortSignal;
  /** Ctrl-C, or a request to end. */
  readonly interruption: AbortSignal;

  static async open({ url, stdout, signal }: DemonstrationSetup): Promise<Scene> {
    const print = (line: string) => void stdout.write(`${line}\n`);
    const transport = await openStore(url);
    await announceStore(transport, print);
    const ending = endingOf(transport, signal, deadlineMs);
    const parts = new Parts({ transport, url, print, ending });
    return new Scene(transport, new Steps(print), parts, signal);
  }

  private constructor(transport: Transport, steps: Steps, parts: Parts, interruption: AbortSignal) {
    this.transport = transport;
    this.steps = steps;
    this.parts = parts;
    this.ending = parts.ending;
    this.interruption = interruption;
  }

  /** No process of it is left then. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.parts.close();
    await this.transport.close();
  }
}
