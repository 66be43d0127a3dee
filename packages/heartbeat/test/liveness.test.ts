/** Two clocks, one verdict: the store's says how old a beat is, the agent's own how long it has stood still. */
import { describe, expect, it } from "vitest";
import type { AgentStatus } from "../src/agent-heartbeat.ts";
import { livenessOf } from "../src/liveness.ts";

const thresholds = { stalledAfterMs: 300_000, staleAfterMs: null };
const never = () => false;

interface Case {
  readonly ageMs?: number;
  readonly leaseMs?: number | null;
  readonly excused?: boolean;
  readonly status?: AgentStatus;
  /** How long before its last beat it last went on. */
  readonly standing?: number;
  readonly progressTimeoutMs?: number | null;
  readonly stalledAfterMs?: number;
  readonly staleAfterMs?: number | null;
}

function verdict(
  { ageMs = 0, leaseMs = 30_000 - ageMs, excused = false, status = "running", standing = 0, ...rest }: Case,
  excuses = never,
) {
  const { progressTimeoutMs = null, ...observers } = rest;
  // A clock of the agent's that is years off changes nothing.
  const lastBeatMs = Date.UTC(1999, 0, 1);
  return livenessOf(
    { ageMs, leaseMs, excused },
    { status, lastBeatMs, lastProgressMs: lastBeatMs - standing, progressTimeoutMs },
    { ...thresholds, ...observers },
    excuses,
  );
}

describe("livenessOf", () => {
  it.each<[string, Case, string]>([
    ["a fresh beat", {}, "alive"],
    ["a beat just short of two thirds of the TTL old", { ageMs: 19_999 }, "alive"],
    ["a beat two thirds of the TTL old", { ageMs: 20_000 }, "stale"],
    ["the same of an agent with a TTL of its own", { ageMs: 20_000, leaseMs: 40_000 }, "alive"],
    ["a beat older than staleAfterMs", { ageMs: 5000, staleAfterMs: 5000 }, "stale"],
    ["a beat never stale", { ageMs: 29_999, staleAfterMs: Number.POSITIVE_INFINITY }, "alive"],
    ["an idle agent that beats late", { ageMs: 20_000, status: "idle" }, "stale"],
    ["a lease that has just run out", { ageMs: 30_000, leaseMs: 0 }, "lost"],
    ["a lease that ran out long ago", { ageMs: 90_000, leaseMs: -60_000 }, "lost"],
    ["a lease that ran out and is excused by the store", { leaseMs: -1, excused: true }, "unknown"],
    ["a starting agent whose lease ran out", { leaseMs: -1, status: "starting" }, "lost"],
    ["an idle agent whose lease ran out", { leaseMs: -1, status: "idle" }, "lost"],
    ["no progress for just less than stalledAfterMs", { standing: 299_999 }, "alive"],
    ["no progress for stalledAfterMs", { standing: 300_000 }, "stalled"],
    ["no progress, partly since the last beat", { standing: 295_000, ageMs: 5000 }, "stalled"],
    ["a start without progress", { standing: 300_000, status: "starting" }, "stalled"],
    ["an idle agent without progress", { standing: 3_000_000, status: "idle" }, "alive"],
    ["never stalled", { standing: 3e9, stalledAfterMs: Number.POSITIVE_INFINITY }, "alive"],
    [
      "no progress for just less than the agent's own limit",
      { standing: 1999, progressTimeoutMs: 2000 },
      "alive",
    ],
    [
      "no progress for as long as the agent's own limit",
      { standing: 2000, progressTimeoutMs: 2000 },
      "stalled",
    ],
    ["the same of an idle agent", { standing: 2000, progressTimeoutMs: 2000, status: "idle" }, "alive"],
    ["the same without a beat", { ageMs: 20_000, progressTimeoutMs: 2000 }, "stale"],
    [
      "no progress for less than a long limit of its own",
      { standing: 900_000, progressTimeoutMs: 1e6 },
      "alive",
    ],
    [
      "a limit of its own for one who never calls anybody stalled",
      { standing: 2000, progressTimeoutMs: 2000, stalledAfterMs: Number.POSITIVE_INFINITY },
      "stalled",
    ],
    ["no progress and no beat", { standing: 300_000, ageMs: 20_000 }, "stale"],
    ["an agent whose clock went back since it last went on", { standing: -3_600_000 }, "alive"],
    ["completed", { status: "completed", leaseMs: null }, "finished"],
    ["failed", { status: "failed", leaseMs: null, ageMs: 3_000_000 }, "finished"],
    ["cancelled, with a lease that ran out", { status: "cancelled", leaseMs: -5 }, "finished"],
    ["a record without a lease of an agent that has not ended", { leaseMs: null }, "unknown"],
  ])("%s", (_, given, expected) => {
    expect(verdict(given)).toBe(expected);
  });

  it("an expiry that the one who looks can excuse himself is unknown, and only an expiry", () => {
    const always = () => true;
    expect(verdict({ leaseMs: -1 }, always)).toBe("unknown");
    expect(verdict({}, always)).toBe("alive");
    expect(verdict({ status: "failed", leaseMs: null }, always)).toBe("finished");
  });
});
