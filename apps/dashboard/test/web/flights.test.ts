import { expect, it } from "vitest";
import { Flights, flightMs, maxDots } from "../../web/src/views/signals/flights.ts";

it("lets a signal travel for its time, and no longer", () => {
  const flights = new Flights();
  flights.add("a", "b", "go", 1000);
  expect(flights.underWay(1000 + flightMs - 1)).toHaveLength(1);
  expect(flights.underWay(1000 + flightMs)).toHaveLength(0);
});

it("joins signals of one kind that leave together, and shows how many they are", () => {
  const flights = new Flights();
  for (let one = 0; one < 4; one++) flights.add("a", "b", "go", 1000 + one);
  flights.add("a", "b", "stop", 1002);
  flights.add("a", "b", "go", 1200);
  expect(flights.underWay(1200).map(({ count }) => count)).toEqual([4, 1, 1]);
});

it("draws pulses with a count when there are too many dots, and loses none of a way that is drawn", () => {
  const flights = new Flights();
  for (let one = 0; one < maxDots; one++) flights.add(`a${one}`, "hub", "go", 1000);
  for (let one = 0; one < 500; one++) flights.add("a1", "hub", `type-${one % 7}`, 1001);
  const underWay = flights.underWay(1002);
  expect(underWay).toHaveLength(maxDots);
  expect(underWay.reduce((sum, { count }) => sum + count, 0)).toBe(maxDots + 500);
});

it("draws no more than it can, whatever comes", () => {
  const flights = new Flights();
  for (let one = 0; one < 10_000; one++) flights.add(`a${one}`, "hub", "go", 1000);
  expect(flights.underWay(1001).length).toBeLessThanOrEqual(120);
});
