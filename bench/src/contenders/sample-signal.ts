/** The signal that all contenders send, and the JSON in which a program without @attune would send it. */
import { randomBytes } from "node:crypto";
import type { Setup } from "../harness/figure.ts";

export const sampleResult = { result: "success", files: 12, duration_ms: 3456 };
export const signalType = "task_complete";
export const sender = "sender";

/** As @attune writes it, with an id of the same length and the same randomness. */
export function bareSignal(
  targetAgent: string,
  payload: object,
): { readonly id: string; readonly text: string } {
  const id = randomBytes(16).toString("base64url");
  const text = JSON.stringify({
    signal_id: id,
    signal_type: signalType,
    source_agent: sender,
    target_agent: targetAgent,
    timestamp: new Date().toISOString(),
    ttl_seconds: 60,
    payload,
  });
  return { id, text };
}

/** The list in which a bare agent waits for its signals. */
export function listKeyOf({ prefix }: Setup, agent: string): string {
  return `${prefix}bare-signals:${agent}`;
}
