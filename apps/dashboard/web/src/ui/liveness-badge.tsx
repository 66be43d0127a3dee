/** Whether an agent lives: by word and colour. */
import type { AgentJson } from "../../../src/protocol/records.ts";

export type Liveness = AgentJson["liveness"];

export const livenesses: readonly Liveness[] = ["lost", "stalled", "stale", "unknown", "alive", "finished"];

export function LivenessBadge({ liveness }: { readonly liveness: Liveness }) {
  return <span className={`badge liveness-${liveness}`}>{liveness}</span>;
}
