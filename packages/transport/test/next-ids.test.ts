/** The ids next to an entry id, also where numbers end that a double can hold. */
import { idAfter, idBefore } from "@attune/transport";
import { expect, it } from "vitest";

const max = "18446744073709551615";

it.each([
  ["0-1", "0-2"],
  ["1700000000000-9", "1700000000000-10"],
  ["1700000000000-9007199254740992", "1700000000000-9007199254740993"],
  [`9007199254740992-${max}`, "9007199254740993-0"],
  [`${max}-18446744073709551614`, `${max}-${max}`],
])("%s is just before %s", (before, behind) => {
  expect(idAfter(before)).toBe(behind);
  expect(idBefore(behind)).toBe(before);
});

it("the first id has none before it, and the last one none behind", () => {
  expect(idBefore("0-0")).toBe("0-0");
  expect(idAfter(`${max}-${max}`)).toBe(`${max}-${max}`);
});
