/** A Vitest reporter that says at the end on which Redis the tests ran, or loudly that they did not. */
import type { Reporter, TestModule, Vitest } from "vitest/node";
import type {} from "./vitest-global-setup.ts";

export default class NotTestedReporter implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(testModules: ReadonlyArray<TestModule>): void {
    const context = this.#vitest?.getProvidedContext();
    if (context?.redisUrl === undefined) return; // the run never came as far as asking for Redis
    if (context.redisUrl) {
      this.#vitest?.logger.log(`Redis ${context.redisVersion}, from ${context.redisOrigin}`);
      return;
    }
    let skipped = 0;
    for (const module of testModules) {
      for (const test of module.children.allTests()) if (test.result().state === "skipped") skipped += 1;
    }
    const line = "=".repeat(78);
    this.#vitest?.logger.log(
      `\n${line}\nNOT TESTED: everything that needs Redis (ATTUNE_TEST_REDIS=skip)\n${skipped} tests were skipped.\n${line}`,
    );
  }
}
