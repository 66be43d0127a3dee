import { expect, it } from "vitest";
import { AgentIds } from "../src/agent-ids.ts";

it("gives an agent another id in each run, and knows its own", () => {
  const [one, two] = [new AgentIds(), new AgentIds()];
  expect(one.idOf("hasher")).not.toBe(two.idOf("hasher"));
  expect(one.nameOf(one.idOf("hasher"))).toBe("hasher");
  expect(one.nameOf(two.idOf("hasher"))).toBeUndefined();
});

it("takes the beginning of a run's id, so that an id can be read", () => {
  expect(new AgentIds("0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9").idOf("hasher")).toBe("hasher-0a1b2c3d");
});
