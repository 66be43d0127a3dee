/** The steps of a demonstration: each says what it did and whether that came out as expected. */
import { isDeepStrictEqual } from "node:util";

export class Steps {
  readonly #print: (line: string) => void;
  #failures = 0;

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  get failures(): number {
    return this.#failures;
  }

  say(text: string): void {
    this.#print(text);
  }

  /** Compares what a call gave with what it should give. */
  check(what: string, actual: unknown, expected: unknown): void {
    if (isDeepStrictEqual(actual, expected)) {
      this.#print(`  ok    ${what}`);
      return;
    }
    this.#failures += 1;
    this.#print(`  WRONG ${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
  }

  /** The last line. Gives the exit code. */
  conclude(): number {
    const verdict =
      this.#failures === 0 ? "Everything came out as expected." : `${this.#failures} not as expected.`;
    this.#print(`\n${verdict}`);
    return this.#failures === 0 ? 0 : 1;
  }
}
