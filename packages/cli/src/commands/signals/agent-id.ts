/** Whom the commands speak and listen as. */
import { checkName } from "@attune/transport";
import type { Session } from "../../session/session.ts";

export function agentIdOf({ surroundings }: Session, as: string | undefined): string {
  if (as !== undefined) return checkName("--as", as);
  const { ATTUNE_AGENT } = surroundings.env;
  return ATTUNE_AGENT ? checkName("ATTUNE_AGENT", ATTUNE_AGENT) : "shell";
}
