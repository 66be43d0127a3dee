import { expect, test } from "vitest";
import { withParts } from "../src/with-parts.ts";

test("a part stands where it is asked for, and is no source of its own", () => {
  const sources = { a: "one\n-- @include p\ntwo\n", b: "three\n", "parts/p": "part $& $1\n" };
  expect(withParts(sources)).toEqual({ a: "one\npart $& $1\ntwo\n", b: "three\n" });
});

test("a part that does not exist is named", () => {
  expect(() => withParts({ a: "-- @include missing\n" })).toThrow(
    "a includes parts/missing, which does not exist",
  );
});
