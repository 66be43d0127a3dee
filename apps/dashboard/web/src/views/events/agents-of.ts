/** The agents that an event tells of. */
import type { EventJson } from "../../../../src/protocol/records.ts";

const names = ["agent_id", "source_agent", "target_agent"] as const;

export function agentsOf({ data }: EventJson): string[] {
  if (typeof data !== "object" || data === null) return [];
  const ids = names.map((name) => (data as Readonly<Record<string, unknown>>)[name]);
  return [...new Set(ids.filter((id) => typeof id === "string" && id !== ""))] as string[];
}
