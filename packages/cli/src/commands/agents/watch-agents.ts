/** `attune agents --watch`: which of its forms is meant. */
import type { Session } from "../../session/session.ts";
import { watchLines } from "./watch-lines.ts";

export interface AgentsToWatch {
  /** `undefined`: all. */
  readonly agent: string | undefined;
}

export async function watchAgents(session: Session, agents: AgentsToWatch): Promise<void> {
  if (session.json || !session.stdout.isTerminal) return watchLines(session, agents);
  // What draws takes its time to load.
  const { watchTable } = await import("./watch-table.ts");
  return watchTable(session, agents);
}
