/** Agents of audits in tests that find nothing, or never come to an end. */
import { once } from "node:events";
import type { Agent } from "../src/agents/agent.ts";
import { agent } from "./audit-of.ts";

/** An agent's work that ends only with the signal that stops it. */
export const untilStopped: Agent["run"] = async ({ signal }) => {
  await once(signal, "abort");
  throw signal.reason;
};

export const nothing = { headline: "nothing", totals: {}, ranking: [] };

export const idle = agent("idle", async () => nothing);
