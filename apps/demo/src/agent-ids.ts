/** The agents' ids of one run: on a shared store two runs at once must not read each other's mail. */
import { randomUUID } from "node:crypto";

export class AgentIds {
  /** What another process makes the same ids of. */
  readonly run: string;
  readonly #suffix: string;

  constructor(run: string = randomUUID()) {
    this.run = run;
    this.#suffix = `-${run.slice(0, 8)}`;
  }

  idOf(name: string): string {
    return `${name}${this.#suffix}`;
  }

  /** `undefined`: an agent of somebody else's run. */
  nameOf(id: string): string | undefined {
    return id.endsWith(this.#suffix) ? id.slice(0, -this.#suffix.length) : undefined;
  }
}
