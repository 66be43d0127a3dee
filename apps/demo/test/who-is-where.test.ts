import { expect, it } from "vitest";
import { whoIsWhere } from "../src/processes/who-is-where.ts";

it("names who lives in which process, and that everybody else is here", () => {
  const places = [
    ["reader", { processId: 11 }],
    ["hasher", { processId: 12 }],
  ] as const;
  expect(whoIsWhere(places)).toBe(
    `Processes: reader in 11; hasher in 12; everything else in ${process.pid}.`,
  );
});

it("says that all of them are in one", () => {
  expect(whoIsWhere([["reader", { processId: null }]])).toBe(
    `All of them live in this process, ${process.pid}.`,
  );
});
