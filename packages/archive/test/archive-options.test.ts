/** What `new Archive` does not take. */
import { expect, it } from "vitest";
import { onMemory } from "./support/on-memory.ts";

it("bad ones throw ATTUNE_ARGUMENT_INVALID", async () => {
  const { archive } = await onMemory();
  const bad = [
    { sink: {} as never },
    { name: "" },
    { eventTypes: [] },
    { from: "yesterday" as never },
    { batch: { count: 0 } },
    { batch: { bytes: 1 } },
    { batch: { waitMs: -1 } },
    { takeOverMs: 1 },
    { archiveBeforeTrim: { keep: 0, maxLength: 1 } },
    { archiveBeforeTrim: { keep: 10, maxLength: 5 } },
  ];
  for (const changes of bad) {
    expect(() => archive(changes), JSON.stringify(changes)).toThrow(
      expect.objectContaining({ code: "ATTUNE_ARGUMENT_INVALID" }),
    );
  }
  expect(() => archive({ from: { version: 2 } as never })).toThrow(
    expect.objectContaining({ code: "ATTUNE_CURSOR_INVALID" }),
  );
});
