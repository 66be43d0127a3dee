import { expect, it } from "vitest";
import { nearestName } from "../src/index.ts";

it.each([
  ["folow", "follow"],
  ["AUDIT", "audit"],
  ["live", "live-consumption"],
  ["management", "stream-management"],
  ["stream-managment", "stream-management"],
  ["zzzzzz", undefined],
  ["", undefined],
])("the nearest name of %j is %j", (name, expected) => {
  expect(nearestName(name, ["audit", "follow", "live-consumption", "stream-management"])).toBe(expected);
});
