/** One name, other types: what is archived already is not read again. */
import { expect, it } from "vitest";
import { numbersOf, onMemory, upTo } from "./support/on-memory.ts";

it("an archive that follows fewer types for a while goes on with the others where it was", async () => {
  const { archive, publish, sink } = await onMemory();
  await publish(1, 10, "a");
  await publish(11, 20, "b");
  await archive().run({ until: "caught up" });
  await publish(21, 30, "b");
  await archive({ eventTypes: ["b"] }).run({ until: "caught up" });
  await archive({ eventTypes: ["a"] }).run({ until: "caught up" });
  await publish(31, 40, "a");
  await archive().run({ until: "caught up" });
  const written = sink.writes.flatMap(({ rows }) => numbersOf(rows));
  expect(written.sort((one, other) => one - other)).toEqual(upTo(40));
});
