import { expect, test } from "vitest";
import { counted, twoDigits, withTwoDigits } from "../../web/src/ui/number-text.ts";

test("one is one, and many have their thousands marked", () => {
  expect([0, 1, 2, 1204].map((count) => counted(count, "agent"))).toEqual([
    "0 agents",
    "1 agent",
    "2 agents",
    "1,204 agents",
  ]);
  expect(counted(2, "entry", "entries")).toBe("2 entries");
});

test("averages have two digits, whatever they are", () => {
  expect([0.9, 0.874, 1, 0].map(twoDigits)).toEqual(["0.90", "0.87", "1.00", "0.00"]);
});

test("averages within a text have two digits, too, and nothing else is changed", () => {
  expect(withTwoDigits("the average of v1.0.123 is 0.8837, above 0.9, of 10.123")).toBe(
    "the average of v1.0.123 is 0.88, above 0.9, of 10.123",
  );
});
