import { expect, it } from "vitest";
import { withoutOutages } from "../../src/store/tell-outages.ts";

it("leaves out that the store is away and back, and nothing else that a feature says", () => {
  const told: string[] = [];
  const tell = (message: string) => void told.push(message);
  const logger = withoutOutages({ debug: tell, info: tell, warn: tell, error: tell });
  logger.warn("attune: CoordinationSignals: It is away. Going on without it until it is back.");
  logger.warn("attune: CoordinationSignals: the store at redis://127.0.0.1:6379 is back.");
  expect(told).toEqual([]);
  const others = ["The store has refused it: OOM.", "A message is not a proper signal."];
  for (const message of others) logger.warn(message);
  logger.error("an error");
  expect(told).toEqual([...others, "an error"]);
});
