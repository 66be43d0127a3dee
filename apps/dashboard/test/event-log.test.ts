import { describe, expect, test } from "vitest";
import { EventLog } from "../src/live/event-log.ts";

const event = (type: string, id: string) => ({ type, id, text: `${type} ${id}` });

function logOf({ maxEvents = 100, maxCharacters = 1_000_000 } = {}): EventLog {
  return new EventLog({ maxEvents, maxCharacters });
}

describe("what was missed", () => {
  test("is what came behind the ids, in the order in which it came, of all types", () => {
    const log = logOf();
    log.startAt("a", "5-0");
    log.startAt("b", "7-0");
    for (const [type, id] of [
      ["a", "6-0"],
      ["b", "8-0"],
      ["a", "9-0"],
    ] as const)
      log.push(event(type, id));
    expect(
      log.since(
        new Map([
          ["a", "6-0"],
          ["b", "7-0"],
        ]),
      )?.events,
    ).toEqual(["b 8-0", "a 9-0"]);
    expect(
      log.since(
        new Map([
          ["a", "9-0"],
          ["b", "8-0"],
        ]),
      )?.events,
    ).toEqual([]);
  });

  test("is not known here for whoever has less than was there at the start", () => {
    const log = logOf();
    log.startAt("a", "5-0");
    log.push(event("a", "6-0"));
    expect(log.since(new Map([["a", "4-0"]]))).toBeNull();
    expect(log.since(new Map())).toBeNull();
    expect(log.since(new Map([["a", "5-0"]]))?.events).toEqual(["a 6-0"]);
  });

  test("is all of a type that came into being later", () => {
    const log = logOf();
    log.push(event("new", "3-0"));
    expect(log.since(new Map())?.events).toEqual(["new 3-0"]);
  });

  test("is not known once something behind the ids is no longer kept", () => {
    const log = logOf({ maxEvents: 3 });
    log.startAt("a", "0-0");
    for (let n = 1; n <= 5; n++) log.push(event("a", `${n}-0`));
    expect(log.since(new Map([["a", "1-0"]]))).toBeNull();
    expect(log.since(new Map([["a", "2-0"]]))?.events).toEqual(["a 3-0", "a 4-0", "a 5-0"]);
  });

  test("is told to nobody who has seen more than this log", () => {
    const log = logOf();
    log.startAt("a", "5-0");
    expect(log.since(new Map([["a", "6-0"]]))).toBeNull();
    // Of a type that this log has not found yet.
    expect(
      log.since(
        new Map([
          ["a", "5-0"],
          ["b", "1-0"],
        ]),
      ),
    ).toBeNull();
  });

  test("after a reset is known only to whoever has some of the new stream, also where ids go backwards", () => {
    const log = logOf();
    log.startAt("a", "100-0");
    log.push(event("a", "101-0"));
    const gaps = [{ event_type: "a", missed: null, reason: "reset" as const }];
    log.push({ ...event("a", "7-0"), gaps });
    log.push(event("a", "8-0"));
    expect(log.since(new Map([["a", "101-0"]]))).toBeNull();
    expect(log.since(new Map([["a", "6-0"]]))).toBeNull();
    expect(log.since(new Map([["a", "7-0"]]))?.events).toEqual(["a 8-0"]);
    expect(log.since(new Map([["a", "8-0"]]))?.events).toEqual([]);
  });

  test("after a reset whose first events are no longer kept begins behind those", () => {
    const log = logOf({ maxEvents: 2 });
    log.startAt("a", "100-0");
    log.push(event("a", "101-0"));
    const gaps = [{ event_type: "a", missed: null, reason: "reset" as const }];
    log.push({ ...event("a", "7-0"), gaps });
    log.push(event("a", "8-0"));
    expect(log.since(new Map([["a", "101-0"]]))).toBeNull();
    log.push(event("a", "9-0"));
    expect(log.since(new Map([["a", "7-0"]]))?.events).toEqual(["a 8-0", "a 9-0"]);
    expect(log.since(new Map([["a", "6-0"]]))).toBeNull();
  });

  test("holds the gaps in front of what is told, and no others", () => {
    const log = logOf();
    log.startAt("a", "1-0");
    const gaps = [{ event_type: "a", missed: 3, reason: "trimmed" as const }];
    log.push({ ...event("a", "5-0"), gaps });
    log.push(event("a", "6-0"));
    expect(log.since(new Map([["a", "1-0"]]))?.gaps).toEqual(gaps);
    expect(log.since(new Map([["a", "5-0"]]))?.gaps).toEqual([]);
  });

  test("of what was looked back at begins behind the oldest of each type", () => {
    const log = logOf();
    log.startAt("a", "9-0");
    log.startAt("b", "9-0");
    log.fill([event("a", "7-0"), event("a", "9-0")]);
    expect(
      log.since(
        new Map([
          ["a", "6-0"],
          ["b", "9-0"],
        ]),
      ),
    ).toBeNull();
    expect(
      log.since(
        new Map([
          ["a", "7-0"],
          ["b", "9-0"],
        ]),
      )?.events,
    ).toEqual(["a 9-0"]);
  });
});

describe("what is kept", () => {
  test("is bounded by a number", () => {
    const log = logOf({ maxEvents: 10 });
    for (let n = 1; n <= 1000; n++) log.push(event("a", `${n}-0`));
    expect(log.length).toBe(10);
    expect(log.newest(3)).toEqual(["a 998-0", "a 999-0", "a 1000-0"]);
    expect(log.newest(1000)).toHaveLength(10);
  });

  test("is bounded by its size, but for the newest", () => {
    const log = logOf({ maxCharacters: 100 });
    for (let n = 1; n <= 50; n++) log.push({ type: "a", id: `${n}-0`, text: "x".repeat(30) });
    expect(log.length).toBe(3);
    expect(log.characters).toBe(90);
    log.push({ type: "a", id: "51-0", text: "x".repeat(1000) });
    expect(log.length).toBe(1);
  });
});
