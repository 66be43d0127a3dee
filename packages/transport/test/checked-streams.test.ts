/** What the facade of the streams makes of the store's answers. */
import { expect, it } from "vitest";
import { checkedStreams } from "../src/checked-streams.ts";
import { type StreamStore, silentLogger } from "../src/index.ts";

const store: StreamStore = {
  append: async (requests) => requests.map(() => "1-0"),
  read: async () => [],
  range: async () => [],
  states: async () => [],
  list: async ({ thorough }) => [
    "a",
    "attune:inner",
    "attune",
    "an:attune:",
    ...(thorough ? ["attune:"] : []),
  ],
  trim: async () => 0,
  trimBefore: async () => 0,
  delete: async () => false,
};

it.each([true, false])(
  "lists streams without those of features' inner workings, thorough: %s",
  async (thorough) => {
    const limits = { maxPayloadBytes: 1000, maxPayloadDepth: 10 };
    const streams = checkedStreams(store, (_, operation) => operation(), limits, silentLogger);
    expect(await streams.list({ thorough })).toEqual(["a", "attune", "an:attune:"]);
  },
);

it("leaves out streams whose names no event type can have, and says so once", async () => {
  const foreign: StreamStore = { ...store, list: async () => ["a", "", "x".repeat(300), "b\ud800", "c"] };
  const warnings: string[] = [];
  const logger = { ...silentLogger, warn: (text: string) => void warnings.push(text) };
  const limits = { maxPayloadBytes: 1000, maxPayloadDepth: 10 };
  const streams = checkedStreams(foreign, (_, operation) => operation(), limits, logger);
  expect(await streams.list({ thorough: true })).toEqual(["a", "c"]);
  expect(await streams.list({ thorough: false })).toEqual(["a", "c"]);
  expect(warnings).toEqual([expect.stringContaining('is left out: ""')]);
});
