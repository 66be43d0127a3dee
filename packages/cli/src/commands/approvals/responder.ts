/** Who decides. */
import { userInfo } from "node:os";
import { checkName } from "@attune/transport";
import { usageError } from "../../exit-code.ts";
import type { Session } from "../../session/session.ts";

export function responderOf({ surroundings }: Session, as: string | undefined): string {
  if (as !== undefined) return check("--as", as);
  const { ATTUNE_AGENT, USER } = surroundings.env;
  if (ATTUNE_AGENT) return check("ATTUNE_AGENT", ATTUNE_AGENT);
  return check("The name of the user", USER || userName());
}

function check(name: string, responder: string): string {
  if (responder === "system") throw usageError(`${name} must not be "system": that stands for nobody.`);
  return checkName(name, responder);
}

/** In a container the user may have no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    throw usageError("Who decides? Say --as NAME.");
  }
}
