import { expect, it } from "vitest";
import { ColourBook, colourCount } from "../../web/src/views/signals/signal-colours.ts";

it("gives a type the same colour in every page that has seen no other", () => {
  expect(new ColourBook().of("task_done")).toBe(new ColourBook().of("task_done"));
});

it("gives types different colours as long as there are enough, and goes on evenly", () => {
  const book = new ColourBook();
  const types = Array.from({ length: 2 * colourCount }, (_, at) => `type-${at}`);
  const colours = types.map((type) => book.of(type));
  expect(new Set(colours.slice(0, colourCount)).size).toBe(colourCount);
  for (let colour = 0; colour < colourCount; colour++) {
    expect(colours.filter((one) => one === colour)).toHaveLength(2);
  }
  expect(types.map((type) => book.of(type))).toEqual(colours);
});
