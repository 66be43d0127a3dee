/** `attune signals`: which of its forms is meant. */

import { checkName } from "@attune/transport";
import type { SeenSignal } from "@attune-tools/record-json";
import { usageError } from "../../exit-code.ts";
import { countIn } from "../../input/count.ts";
import { timeOf } from "../../input/since.ts";
import type { Session } from "../../session/session.ts";
import { agentIdsIn } from "./agent-ids.ts";
import { followSignals } from "./follow-signals.ts";
import { pendingSignals } from "./pending-signals.ts";
import { recentSignals } from "./recent-signals.ts";

export interface SignalsOptions {
  readonly follow?: boolean;
  readonly agent?: string;
  readonly type?: readonly string[];
  readonly from?: readonly string[];
  readonly count?: string;
  readonly since?: string;
}

/** What is asked for, in the terms of programs. */
export interface SignalsWanted {
  readonly agent: string | undefined;
  readonly since: Date | undefined;
  readonly count: number | undefined;
  /** Of the types and senders that were named; `undefined`: any will do. */
  readonly matches: ((signal: SeenSignal) => boolean) | undefined;
}

export async function showSignals(session: Session, options: SignalsOptions): Promise<void> {
  const { follow, agent, since, count } = options;
  if (agent !== undefined && since !== undefined && !follow) {
    throw usageError("--agent shows what waits in a mailbox now; --since goes without it, or with --follow.");
  }
  const wanted: SignalsWanted = {
    agent: agent === undefined ? undefined : checkName("--agent", agent),
    since: since === undefined ? undefined : timeOf("--since", since, { now: Date.now(), utc: session.utc }),
    count: countIn(count),
    matches: matcher(options),
  };
  if (follow) return followSignals(session, wanted);
  return agent === undefined ? recentSignals(session, wanted) : pendingSignals(session, agent, wanted);
}

function matcher({ type, from }: SignalsOptions): SignalsWanted["matches"] {
  if (type === undefined && from === undefined) return undefined;
  const types = type?.map((one) => checkName("--type", one));
  const senders = from && agentIdsIn("--from", from);
  return ({ signalType, sourceAgent }) =>
    (types?.includes(signalType) ?? true) && (senders?.includes(sourceAgent) ?? true);
}
