/** Registers, of the suite, only the tests that a broken transport has to fail: all others would take minutes on what hangs. */
import { describe } from "vitest";
import type { Concern } from "../src/index.ts";
import { Suite, type TestOptions } from "../src/suite.ts";
import { type ConformanceSetup, registerAll } from "../src/transport-conformance.ts";
import type { BrokenTransports } from "./broken-transport.ts";
import { type Alter, openTiny, TinyStore } from "./tiny-transport.ts";

/** Its tests look at all that this process holds: nothing may run beside them. */
const runsAlone: Concern = "opening and closing";

export interface RunOptions {
  /** At the same time: for faults that show however busy the machine is, most of them by something that never comes. */
  readonly together?: boolean;
}

export function runBroken(transports: BrokenTransports, { together = false }: RunOptions = {}): void {
  const group = together ? describe.concurrent : describe;
  for (const [fault, { alter, failing }] of Object.entries(transports)) {
    const name = `a transport that ${fault}`;
    const tests = failing.map((title) => findTest(title, toSetup(name, alter)));
    const beside = tests.filter(({ concern }) => concern !== runsAlone);
    const alone = tests.filter(({ concern }) => concern === runsAlone);
    if (beside.length > 0) group(`${name} conforms`, () => registerEach(beside));
    if (alone.length > 0) describe(`${name} conforms`, () => registerEach(alone));
  }
}

function toSetup(name: string, alter: Alter): ConformanceSetup {
  const store = new TinyStore();
  const capabilities = { sharedBy: "process", blockingRead: true, exactGaps: true } as const;
  return {
    name,
    open: (options) => openTiny(store, capabilities, options, alter),
    outage: async () => {
      store.setAvailable(false);
      return async () => store.setAvailable(true);
    },
  };
}

interface FoundTest {
  readonly concern: Concern;
  register(): void;
}

function findTest(title: string, setup: ConformanceSetup): FoundTest {
  const suite = new SuiteOfOne(title, setup);
  registerAll(suite);
  if (!suite.found) throw new Error(`The suite has no test that is called ${JSON.stringify(title)}.`);
  return suite.found;
}

function registerEach(tests: readonly FoundTest[]): void {
  for (const test of tests) test.register();
}

/** Finds one test, and registers nothing by itself. */
class SuiteOfOne extends Suite {
  found: FoundTest | undefined;
  readonly #title: string;
  #concern: Concern | undefined;

  constructor(title: string, setup: ConformanceSetup) {
    super(setup);
    this.#title = title;
  }

  override concern(name: Concern, register: () => void): void {
    this.#concern = name;
    register();
  }

  override test(title: string, body: Parameters<Suite["test"]>[1], options?: TestOptions): void {
    if (title !== this.#title) return;
    this.found = { concern: this.#concern!, register: () => super.test(title, body, options) };
  }
}
