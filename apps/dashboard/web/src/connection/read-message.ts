/** What the server says, checked as far as that what follows cannot fail on it. */
import type { Pong, ServerMessage } from "../../../src/protocol/messages.ts";

/** `undefined`: it is no message of the protocol. */
export function readMessage(data: unknown): ServerMessage | Pong | undefined {
  if (typeof data !== "string") return undefined;
  let message: unknown;
  try {
    message = JSON.parse(data);
  } catch {
    return undefined;
  }
  if (!isRecord(message)) return undefined;
  const { kind, n, server, agents, events } = message;
  const isWhole =
    kind === "pong" ||
    (kind === "delta" && Number.isInteger(n)) ||
    (kind === "snapshot" && typeof server === "string" && isRecord(agents) && Array.isArray(events));
  return isWhole ? (message as unknown as ServerMessage | Pong) : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
