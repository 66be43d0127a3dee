/** For tests that ask a dashboard again and again: it answers a thousand requests in ten seconds, and no more. */
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "@attune-tools/every-store";

const pauseMs = 25;

export function eventually(what: string, condition: () => Promise<boolean>, ms = 15_000): Promise<void> {
  return until(
    what,
    async () => {
      if (await condition()) return true;
      await sleep(pauseMs);
      return false;
    },
    ms,
  );
}
