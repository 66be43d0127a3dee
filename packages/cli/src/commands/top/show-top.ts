/** `attune top`. */
import { usageError } from "../../exit-code.ts";
import { durationOf } from "../../input/duration.ts";
import type { Session } from "../../session/session.ts";
import { runTop } from "../../top/run-top.ts";

export interface TopOptions {
  readonly interval?: string;
}

export async function showTop(session: Session, { interval = "100ms" }: TopOptions): Promise<void> {
  const intervalMs = durationOf("--interval", interval);
  if (intervalMs < 100 || intervalMs > 10_000)
    throw usageError(`--interval is from 100ms to 10s, not ${JSON.stringify(interval)}.`);
  if (!session.surroundings.stdin.isTTY || !session.stdout.isTerminal)
    throw usageError("top needs a terminal; use: attune agents --json");
  if (session.json) throw usageError("top draws for people; use: attune agents --json");
  const transport = await session.openOrMake();
  await runTop(session, transport, intervalMs);
}
