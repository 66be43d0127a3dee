/** Who decides. */
import { userInfo } from "node:os";
import { checkName } from "@attune/transport";
import { usageError } from "../../exit-code.ts";
import { identityOf } from "../../session/identity.ts";
import type { Session } from "../../session/session.ts";

export function responderOf(session: Session, as: string | undefined): string {
  const responder = identityOf(session, { option: ["--as", as], fallback: () => userName(session) });
  if (responder === "system") throw usageError('Nobody decides as "system": that stands for nobody.');
  return responder;
}

/** In a container the user may have no name. */
function userName({ surroundings }: Session): string {
  const { USER } = surroundings.env;
  try {
    return checkName("The name of the user", USER || userInfo().username);
  } catch (cause) {
    if (USER) throw cause;
    throw usageError("Who decides? Say --as NAME.");
  }
}
