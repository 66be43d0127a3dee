/** `queryArchive`: events as they were published, and questions that mean nothing. */
import { expect, it } from "vitest";
import { queryArchive } from "../src/index.ts";
import { onMemory } from "./support/on-memory.ts";

it("gives events whose data is parsed when it is looked at", async () => {
  const { archive, publish, sink } = await onMemory();
  await publish(1, 20);
  await archive().run({ until: "caught up" });
  const query = { where: [{ field: "data.n", is: ">", value: 18 }], order: "newest first" } as const;
  const found = [];
  for await (const event of queryArchive(sink, query)) found.push(event);
  expect(found.map(({ data }) => data)).toEqual([{ n: 20 }, { n: 19 }]);
  expect(found[0]).toMatchObject({ eventType: "step", source: "attune", rawData: '{"n":20}', valid: true });
  expect(Object.keys(found[0]!.toJSON())).toEqual(["event_id", "event_type", "timestamp", "data", "source"]);
});

it("throws ATTUNE_ARGUMENT_INVALID at once for what means nothing, and for a sink that cannot be asked", async () => {
  const { sink } = await onMemory();
  const bad: object[] = [
    { types: "a" },
    { from: "yesterday" },
    { to: new Date(Number.NaN) },
    { limit: 0 },
    { order: "random" },
    { where: {} },
    { where: [{ field: "datum" }] },
    { where: [{ field: "source.x", value: "a" }] },
    { where: [{ field: "data.a" }] },
    { where: [{ field: "data.a", is: "like", value: "x" }] },
    { where: [{ field: "data.a", is: "<", value: true }] },
    { where: [{ field: "data.a", is: "in", value: "x" }] },
    { where: [{ field: "data.a", is: "contains", value: 1 }] },
    { where: [{ field: "data.a", is: "exists", value: true }] },
    { where: [{ field: "data.a", value: Number.NaN }] },
    { where: [{ field: ["data", 1], value: 1 }] },
  ];
  for (const query of bad) {
    expect(() => queryArchive(sink, query), JSON.stringify(query)).toThrow(
      expect.objectContaining({ code: "ATTUNE_ARGUMENT_INVALID" }),
    );
  }
  const mute = { ...sink, location: "mute", query: undefined } as never;
  expect(() => queryArchive(mute)).toThrow(expect.objectContaining({ code: "ATTUNE_ARGUMENT_INVALID" }));
});
