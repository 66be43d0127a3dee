/** `attune archive replay`. */
import { replayArchive } from "@attune/archive";
import { EventStreamer } from "@attune/streams";
import { checkEventType } from "@attune/transport";
import { CliError, exitCode, usageError } from "../../exit-code.ts";
import { confirm } from "../../session/confirm.ts";
import type { Session } from "../../session/session.ts";
import { queryOf, type SelectedEvents } from "./selected-events.ts";
import { sinkToRead } from "./sink-to-read.ts";

export interface ReplayEventsOptions extends SelectedEvents {
  readonly as?: string;
  readonly rate?: string;
  readonly yes?: boolean;
}

export async function replayEvents(
  session: Session,
  options: ReplayEventsOptions,
  [url]: readonly string[],
): Promise<void> {
  const { as, rate, yes, type } = options;
  const query = queryOf(options, session);
  if (as !== undefined) checkEventType(as);
  const perSecond = rate === undefined ? undefined : rateOf(rate);
  await using sink = await sinkToRead(session, url!);
  const transport = await session.openOrMake();
  const which =
    type === undefined
      ? "all events"
      : `the events of ${type.map((each) => JSON.stringify(each)).join(", ")}`;
  const span = options.since === undefined && options.until === undefined ? "" : " of that time";
  const question = `Publish ${which}${span} in ${sink.location} again, into ${transport.location}?`;
  await confirm(session, question, yes);
  const { published, failed } = await replayArchive({
    sink,
    query,
    // What is there stays: only publishers trim.
    streamer: new EventStreamer({ transport, maxLength: Number.MAX_SAFE_INTEGER }),
    signal: session.signal,
    ...(as === undefined ? {} : { eventType: () => as }),
    ...(perSecond === undefined ? {} : { rate: perSecond }),
  });
  if (session.json) session.stdout.json({ published, failed });
  else session.stdout.line(`${published} published`);
  if (failed > 0) {
    throw new CliError(
      exitCode.failed,
      `${failed} could not be published: their data is no JSON or too large for this store, or it went away.`,
    );
  }
}

function rateOf(text: string): number {
  const rate = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
  if (rate > 0) return rate;
  throw usageError(`--rate is a number of events a second above 0, not ${JSON.stringify(text)}.`);
}
