import { expect, it } from "vitest";
import { newerThan } from "../../web/src/views/signals/use-held-items.ts";

const keyOf = (item: string) => item;

it("counts what has come above what is held", () => {
  expect(newerThan(["e", "d", "c", "b"], ["c", "b", "a"], keyOf)).toEqual({
    items: ["c", "b", "a"],
    newer: 2,
  });
  const held = ["c", "b"];
  expect(newerThan(held, held, keyOf).newer).toBe(0);
});

it("says so when more has come than there is left to count", () => {
  expect(newerThan(["z", "y"], ["c", "b"], keyOf).newer).toBeNull();
});
