import { describe, expect, it } from "vitest";
import { javaScriptFunctions } from "../src/lexical/javascript-functions.ts";

const found = (source: string) =>
  javaScriptFunctions(source).map(
    ({ name, line, lines, ownLines }) => `${name} ${line} ${lines} ${ownLines}`,
  );

describe("javaScriptFunctions", () => {
  it.each([
    ["function a() {\n}", "a 1 2 2"],
    ["async function* b<T>(x: T): AsyncGenerator<T> {\n}", "b 1 2 2"],
    ["const c = async (x) => {\n};", "c 1 2 2"],
    ["const d: Handler<string> = (x) => {\n};", "d 1 2 2"],
    ["const e = x => {\n};", "e 1 2 2"],
    ["const o = {\n  f(a) {\n  }\n};", "f 2 2 2"],
    ["class K {\n  #g(): void {\n  }\n}", "#g 2 2 2"],
    ["class K {\n  static async h<A, B extends Map<A, A>>(\n    a: A,\n  ): Promise<B> {\n  }\n}", "h 2 4 4"],
    ["describe('x', () => {\n});", "callback of describe 1 2 2"],
    ["export default function () {\n}", "(anonymous) 1 2 2"],
  ])("finds %j", (source, expected) => {
    expect(found(source)).toEqual([expected]);
  });

  it.each([
    ["if (a) {\n} else if (b) {\n}"],
    ["for (const a of b) {\n}"],
    ["for await (const a of b) {\n}"],
    ["while (a) {\n}"],
    ["switch (a) {\n}"],
    ["try {\n} catch (error) {\n}"],
    ["class A extends mixin(B) {\n}"],
    ["const a = b ? c(d) : {\n};"],
    ["const a = { b: 1 };"],
    ["// function a() {\n// }"],
    ["const a = 'function a() {}';"],
    ["const a = `function a() {\n}`;"],
    ["const a = /function a\\(\\) {}/;"],
  ])("takes none of %j for a function", (source) => {
    expect(found(source)).toEqual([]);
  });

  it("counts the lines of a function inside another one once", () => {
    const source = "function outer() {\n  inner(() => {\n    1;\n  });\n  2;\n}\n";
    expect(found(source)).toEqual(["outer 1 6 3", "callback of inner 2 3 3"]);
  });

  it("is not confused by braces in templates, strings, comments and regular expressions", () => {
    const source = [
      "function a(b) {",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: source code in a string
      "  const c = `{ ${b ? `}${{ d: 1 }.d}` : '{'} {`; // {",
      '  return b / 2 > /[/{]"/.source.length / 2 ? "{" : c; /* { */',
      "}",
      "function e() {}",
    ].join("\n");
    expect(found(source)).toEqual(["a 1 4 4", "e 5 1 1"]);
  });

  it.each([
    ["(", 1_000_000],
    ["{", 500_000],
    ["a=>{", 200_000],
    ["`${", 300_000],
    ["/", 1_000_000],
    ["f(a):b<c>", 200_000],
  ])("takes time in proportion to %j many times over", (part, times) => {
    const startedAt = performance.now();
    javaScriptFunctions(part.repeat(times));
    // Quadratic, it would take minutes.
    expect(performance.now() - startedAt).toBeLessThan(15_000);
  });
});
