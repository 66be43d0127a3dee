/** Registers the tests of one sink: gives each a space of its own, and closes and removes afterwards what it made. */

import { randomUUID } from "node:crypto";
import { describe, it } from "vitest";
import { compareRows } from "../query/compare-rows.ts";
import type { ArchiveRow, Sink } from "../sink.ts";
import { collected } from "./collected.ts";
import { type SinkConcern, sinkConcerns } from "./concerns.ts";
import type { SinkConformanceSetup } from "./sink-conformance.ts";

/** What a test gets. */
export interface SinkSpace {
  /** A sink on the test's space, opened. */
  open(): Promise<Sink>;
  /** The same, before its `open()`. */
  make(): Promise<Sink>;
  /** All rows of the space, oldest first. */
  rows(): Promise<ArchiveRow[]>;
  /** Makes the store unreachable; the result ends that, and so does the end of the test. */
  cutOff(): Promise<() => Promise<void>>;
}

export class SinkSuite {
  readonly setup: SinkConformanceSetup;
  readonly #titles = new Set<string>();

  constructor(setup: SinkConformanceSetup) {
    this.setup = setup;
  }

  /** Registers nothing when the setup chose other concerns. */
  concern(name: SinkConcern, register: () => void): void {
    if (this.setup.concerns?.includes(name) ?? true) describe(name, register);
  }

  test(title: string, body: (space: SinkSpace) => Promise<void>): void {
    if (this.#titles.has(title)) throw new Error(`Two tests are called ${JSON.stringify(title)}.`);
    this.#titles.add(title);
    const { skip = {}, testTimeoutMs = 20_000 } = this.setup;
    if (Object.hasOwn(skip, title)) {
      // The setup's own reason, in the name: reported, since a test that is left out in silence looks like one that was passed.
      it.skip(`${title} (skipped: ${skip[title]})`, () => {});
      return;
    }
    it(title, { timeout: testTimeoutMs }, async () => {
      const space = new OpenSpace(this.setup);
      try {
        await body(space);
      } finally {
        await space.end();
      }
    });
  }

  /** A misspelt concern would run nothing, and nobody would miss it. */
  checkConcerns(): void {
    const known: readonly string[] = sinkConcerns;
    const unknown = this.setup.concerns?.filter((name) => !known.includes(name)) ?? [];
    if (unknown.length > 0) throw new Error(`\`concerns\` names what is none: ${unknown.join("; ")}`);
  }

  /** A skip that names no test skips nothing, and would hide that a test was renamed. */
  checkSkips(): void {
    const unknown = Object.keys(this.setup.skip ?? {}).filter((title) => !this.#titles.has(title));
    if (unknown.length > 0) throw new Error(`\`skip\` names tests that do not exist: ${unknown.join("; ")}`);
  }
}

/** Its calls are taken out of it by the tests, one by one. */
class OpenSpace implements SinkSpace {
  readonly #setup: SinkConformanceSetup;
  readonly #name = `t${randomUUID().replaceAll("-", "_")}`;
  readonly #sinks: Sink[] = [];
  readonly #restores: (() => Promise<void>)[] = [];

  constructor(setup: SinkConformanceSetup) {
    this.#setup = setup;
  }

  readonly make = async (): Promise<Sink> => {
    const sink = await this.#setup.open(this.#name);
    this.#sinks.push(sink);
    return sink;
  };

  readonly open = async (): Promise<Sink> => {
    const sink = await this.make();
    await sink.open();
    return sink;
  };

  readonly rows = async (): Promise<ArchiveRow[]> => {
    if (this.#setup.rows) return [...(await this.#setup.rows(this.#name))].sort(compareRows);
    const sink = await this.open();
    if (!sink.query) throw new Error("A sink that cannot be asked needs `rows` in its setup.");
    return collected(sink.query({}));
  };

  readonly cutOff = async (): Promise<() => Promise<void>> => {
    const restore = await this.#setup.outage!(this.#name);
    let restoring: Promise<void> | undefined;
    const restoreOnce = () => {
      restoring ??= restore();
      return restoring;
    };
    this.#restores.push(restoreOnce);
    return restoreOnce;
  };

  /** The store is made reachable first, so that closing is orderly. */
  async end(): Promise<void> {
    for (const restore of this.#restores) await restore();
    await Promise.all(this.#sinks.map((sink) => sink.close()));
    await this.#setup.remove?.(this.#name);
  }
}
