/** Registers the tests of one transport: gives each a space of its own, and closes afterwards what it opened. */
import { randomUUID } from "node:crypto";
import type { Capabilities, Logger, Transport, TransportOptions } from "@attune/transport";
import { describe, it } from "vitest";
import { type Concern, concerns } from "./concerns.ts";
import type { ConformanceSetup } from "./transport-conformance.ts";

/** What a test gets. */
export interface Space {
  readonly prefix: string;
  /** What transports of this test have warned of, and reported as errors. */
  readonly warnings: readonly string[];
  /** Opens a transport on the test's space, or on another one when a prefix is given. */
  open(options?: TransportOptions): Promise<Transport>;
  /** The same, with nothing in this process beside the transport. */
  openAlone(options?: TransportOptions): Promise<Transport>;
  /** Makes the store unreachable; the result ends that, and so does the end of the test. */
  cutOff(transport: Transport): Promise<() => Promise<void>>;
}

export interface TestOptions {
  /** The test applies only to transports that can, or cannot, do this. Reported as skipped for the others. */
  readonly where?: (capabilities: Capabilities) => boolean;
  /** The test mostly waits for the store's time to pass: it runs beside its neighbours that do so too. */
  readonly waits?: boolean;
}

/** What is done after a test, however it ended: the store is made reachable first, so that closing is orderly. */
interface CleanUps {
  readonly restore: (() => Promise<void>)[];
  readonly close: (() => Promise<void>)[];
}

const testTimeoutMs = 20_000;

export class Suite {
  readonly setup: ConformanceSetup;
  readonly #titles = new Set<string>();

  constructor(setup: ConformanceSetup) {
    this.setup = setup;
  }

  get degraded(): boolean {
    return this.setup.degraded ?? false;
  }

  /** Registers nothing when the setup chose other concerns. */
  concern(name: Concern, register: () => void): void {
    if (this.setup.concerns?.includes(name) ?? true) describe(name, register);
  }

  test(
    title: string,
    body: (space: Space) => Promise<void>,
    { where, waits = false }: TestOptions = {},
  ): void {
    if (this.#titles.has(title)) throw new Error(`Two tests are called ${JSON.stringify(title)}.`);
    this.#titles.add(title);
    const { skip = {} } = this.setup;
    if (Object.hasOwn(skip, title)) {
      it.skip(`${title} (skipped: ${skip[title]})`, () => {});
      return;
    }
    it(title, { timeout: testTimeoutMs, concurrent: waits }, async (context) => {
      const cleanUps: CleanUps = { restore: [], close: [] };
      const space = this.#space(cleanUps);
      try {
        if (where) {
          const { capabilities } = await space.open();
          if (!where(capabilities)) context.skip(`does not apply: ${JSON.stringify(capabilities)}`);
        }
        await body(space);
      } finally {
        for (const restore of cleanUps.restore) await restore();
        await Promise.all(cleanUps.close.map((close) => close()));
      }
    });
  }

  /** A misspelt concern would run nothing, and nobody would miss it. */
  checkConcerns(): void {
    const known: readonly string[] = concerns;
    const unknown = this.setup.concerns?.filter((name) => !known.includes(name)) ?? [];
    if (unknown.length > 0) throw new Error(`\`concerns\` names what is none: ${unknown.join("; ")}`);
  }

  /** A skip that names no test skips nothing, and would hide that a test was renamed. */
  checkSkips(): void {
    const unknown = Object.keys(this.setup.skip ?? {}).filter((title) => !this.#titles.has(title));
    if (unknown.length > 0) throw new Error(`\`skip\` names tests that do not exist: ${unknown.join("; ")}`);
  }

  #space(cleanUps: CleanUps): Space {
    const prefix = `conformance-${randomUUID()}:`;
    const warnings: string[] = [];
    const logger: Logger = {
      debug: () => {},
      info: () => {},
      warn: (message) => warnings.push(message),
      error: (message) => warnings.push(message),
    };
    const { setup } = this;
    const opening = (open: ConformanceSetup["open"]) => async (options?: TransportOptions) => {
      const transport = await open.call(setup, { prefix, logger, ...options });
      cleanUps.close.push(() => transport.close());
      return transport;
    };
    return {
      prefix,
      warnings,
      open: opening(setup.open),
      openAlone: opening(setup.openAlone ?? setup.open),
      cutOff: async (transport) => {
        const restore = await setup.outage!(transport);
        let restoring: Promise<void> | undefined;
        const restoreOnce = () => {
          restoring ??= restore();
          return restoring;
        };
        cleanUps.restore.push(restoreOnce);
        return restoreOnce;
      },
    };
  }
}
