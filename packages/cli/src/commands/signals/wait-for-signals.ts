/** `attune signals wait`. */

import { type CoordinationSignal, CoordinationSignals } from "@attune/signals";
import { AttuneError, checkName, type Transport, transportWith } from "@attune/transport";
import { signalJson, signalOfMailbox } from "@attune-tools/record-json";
import { cleanJson, cleanText } from "@attune-tools/terminal-text";
import { CliError, exitCode, usageError } from "../../exit-code.ts";
import { durationOf } from "../../input/duration.ts";
import { wholeNumber } from "../../input/whole-number.ts";
import { identityOf } from "../../session/identity.ts";
import type { Session } from "../../session/session.ts";
import { withoutOutages } from "../../store/tell-outages.ts";
import { agentIdsIn } from "./agent-ids.ts";

export interface WaitForSignalsOptions {
  readonly from?: readonly string[];
  readonly timeout?: string;
  readonly count?: string;
  readonly all?: boolean;
  readonly withType?: boolean;
  readonly as?: string;
}

/** How long, and what ends it early. */
interface Patience {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

type Wait = (signals: CoordinationSignals, patience: Patience) => Promise<readonly CoordinationSignal[]>;

/** As many as one step takes. */
const mostTaken = 1000;

export async function waitForSignals(
  session: Session,
  options: WaitForSignalsOptions,
  given: readonly string[],
): Promise<void> {
  const types = [...new Set(given.map((type) => checkName("TYPE", type)))];
  const wait = waitOf(types, options);
  const agentId = identityOf(session, { option: ["--as", options.as], fallback: () => "shell" });
  const timeoutMs =
    options.timeout === undefined ? Number.POSITIVE_INFINITY : durationOf("--timeout", options.timeout);
  // Whoever looks once waits for nothing.
  const transport = await (timeoutMs === 0 ? session.openOrMake() : session.openToFollow());
  const taken = await waitOn(transport, { agentId, wait, patience: { timeoutMs, signal: session.signal } });
  // What was taken is nowhere else: it is printed, also when Ctrl-C came meanwhile.
  for (const signal of taken) print(session, signal, options.withType);
  if (taken.length > 0 || session.signal.aborted) return;
  const what = types.map((type) => cleanText(JSON.stringify(type))).join(" or ");
  throw new CliError(
    exitCode.timedOut,
    timeoutMs === 0
      ? `No signal of type ${what} is there.`
      : `No signal of type ${what} came within ${timeoutMs / 1000} s.`,
  );
}

function waitOf(types: readonly string[], { from, count, all }: WaitForSignalsOptions): Wait {
  const senders = from && agentIdsIn("--from", from);
  const barrier = count !== undefined ? "--count" : all ? "--all" : undefined;
  if (barrier === undefined) {
    const selectors = types.flatMap((signalType) =>
      senders ? senders.map((sourceAgent) => ({ signalType, sourceAgent })) : [{ signalType }],
    );
    if (selectors.length > mostTaken) {
      throw usageError(
        `Types times senders are ${selectors.length}, more than the ${mostTaken} that can be waited for.`,
      );
    }
    return async (signals, patience) => {
      const first = await signals.waitForAny(selectors, patience);
      return first ? [first] : [];
    };
  }
  const [signalType, another] = types;
  if (another !== undefined) throw usageError(`${barrier} waits for signals of one type: name one.`);
  if (count === undefined) {
    if (!senders) throw usageError("--all waits for a signal of each of some agents: say --from a,b,c.");
    if (senders.length > mostTaken) throw usageError(`--from names more than ${mostTaken} agents.`);
    return async (signals, patience) =>
      (await signals.waitForAll({ signalType: signalType!, sourceAgents: senders, ...patience })) ?? [];
  }
  if (all || senders) {
    throw usageError("--count counts signals from anybody; --from a,b,c --all waits for one of each.");
  }
  const number = wholeNumber("--count", count, { max: mostTaken });
  return async (signals, patience) =>
    (await signals.waitForAll({ signalType: signalType!, count: number, ...patience })) ?? [];
}

interface Waiting {
  readonly agentId: string;
  readonly wait: Wait;
  readonly patience: Patience;
}

/** Looks once, and is told if the store will not have it; then waits, over outages of the store too. */
async function waitOn(transport: Transport, { agentId, wait, patience }: Waiting) {
  await using looking = new CoordinationSignals({ agentId, transport });
  const there = await wait(looking, { ...patience, timeoutMs: 0 }).catch((error: unknown) => {
    if (patience.timeoutMs > 0 && isOutage(error)) return [];
    throw error;
  });
  if (there.length > 0 || patience.timeoutMs === 0) return there;
  const patient = transportWith(transport, { onUnavailable: "degrade" });
  const logger = withoutOutages(transport.logger);
  await using waiting = new CoordinationSignals({ agentId, transport: patient, logger });
  return await wait(waiting, patience);
}

function isOutage(error: unknown): boolean {
  return error instanceof AttuneError && error.code === "ATTUNE_TRANSPORT_UNAVAILABLE";
}

function print({ stdout, json }: Session, signal: CoordinationSignal, withType = false): void {
  const payload = cleanJson(JSON.stringify(signal.payload));
  if (json) stdout.json(signalJson(signalOfMailbox(signal)));
  else stdout.line(withType ? `${cleanText(signal.signalType)} ${payload}` : payload);
}
