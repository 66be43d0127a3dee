import { expect, it } from "vitest";
import { loadPart, partNames } from "../src/parts/all.ts";

it.each(partNames)("%s is found under the name that it has", async (name) => {
  expect((await loadPart(name)).name).toBe(name);
});
