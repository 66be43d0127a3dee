/** Entry ids: what is one, and which comes first, also beyond the numbers that JavaScript counts exactly. */
import { describe, expect, it } from "vitest";
import { beforeFirstId, compareIds, firstIdAt, isEntryId, lastIdAt, timeOfId } from "../src/index.ts";

const largest = "18446744073709551615";

describe("isEntryId", () => {
  it.each(["0-0", "1-0", "1700000000000-42", `${largest}-${largest}`, "9007199254740993-9007199254740993"])(
    "takes %s",
    (id) => expect(isEntryId(id)).toBe(true),
  );

  it.each([
    ...[
      "",
      "-",
      "1",
      "1-",
      "-1",
      "1-1-1",
      "01-1",
      "1-01",
      "00-0",
      "1.0-0",
      "1e3-0",
      " 1-1",
      "1-1\n",
      "+1-1",
      "a-b",
    ],
    ...[`${largest}0-0`, "18446744073709551616-0", "0-18446744073709551616", "٣-٣"],
    ...[undefined, null, 1, {}, ["1-1"]],
  ])("refuses %o", (value) => expect(isEntryId(value as unknown)).toBe(false));
});

describe("compareIds", () => {
  it("orders by the first part, then by the second, as numbers of any size", () => {
    const ascending = [
      ...[beforeFirstId, "0-1", "0-9", "0-10", "1-0", "2-5", "9-99", "10-0", "10-2", "10-11"],
      ...["9007199254740992-0", "9007199254740993-0", "9007199254740993-9007199254740992"],
      ...[
        "9007199254740993-9007199254740993",
        `9007199254740993-${largest}`,
        `${largest}-0`,
        `${largest}-${largest}`,
      ],
    ];
    for (const [i, a] of ascending.entries()) {
      for (const [j, b] of ascending.entries()) {
        expect(Math.sign(compareIds(a, b)), `${a} and ${b}`).toBe(Math.sign(i - j));
      }
    }
  });
});

describe("ids and times", () => {
  it("bound every entry of a millisecond, and none of its neighbours", () => {
    const time = new Date(1_700_000_000_123);
    const bounds = [firstIdAt(time), lastIdAt(time)] as const;
    expect(bounds.every(isEntryId)).toBe(true);
    const within = (id: string) => compareIds(bounds[0], id) <= 0 && compareIds(id, bounds[1]) <= 0;
    expect(["1700000000123-0", "1700000000123-7", `1700000000123-${largest}`].map(within)).toEqual([
      true,
      true,
      true,
    ]);
    expect([`1700000000122-${largest}`, "1700000000124-0"].map(within)).toEqual([false, false]);
  });

  it("take times before 1970 for the beginning", () => {
    expect(firstIdAt(new Date(-5))).toBe("0-0");
    expect(isEntryId(lastIdAt(new Date(-5)))).toBe(true);
  });

  it("tell when the store took an entry", () => {
    expect(timeOfId("1700000000123-7")).toEqual(new Date(1_700_000_000_123));
  });
});
