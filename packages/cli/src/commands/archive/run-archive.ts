/** `attune archive --to`: archives until it is interrupted, or has caught up. */
import { Archive, type ArchiveProgress } from "@attune/archive";
import { cleanText } from "@attune-tools/terminal-text";
import { CliError, exitCode, usageError } from "../../exit-code.ts";
import type { Session } from "../../session/session.ts";
import { type ArchiveCommandOptions, archiveSettings } from "./archive-settings.ts";
import { makeGivenSink } from "./make-sink.ts";
import { Patience } from "./patience.ts";
import { ProgressDisplay } from "./progress-display.ts";

/** How long what is to end by itself waits for a store that is away. */
const patienceMs = 10_000;

export async function runArchive(session: Session, options: ArchiveCommandOptions): Promise<void> {
  const { to, untilCaughtUp } = options;
  if (to === undefined) {
    throw usageError(
      "attune archive needs --to URL, or: attune archive query, attune archive replay.",
      "See: attune archive --help",
    );
  }
  const settings = archiveSettings(options);
  const { logger } = session;
  const given = await makeGivenSink(session, to);
  await using sink = given.sink;
  const transport = await session.openOrMake();
  using patience = new Patience(untilCaughtUp ? patienceMs : Number.POSITIVE_INFINITY);
  await using archive = new Archive({
    ...settings,
    transport,
    sink,
    logger,
    // What is there already fills a batch at once: nothing is won by waiting for more.
    ...(untilCaughtUp ? { batch: { waitMs: 100 } } : {}),
    onProgress: ({ status }) => {
      display.changed();
      patience.watch(status);
    },
  });
  // Whoever begins is told at once that the sink is away; later an archive waits for it.
  await sink.open();
  session.note(`Archiving into ${cleanText(sink.location)}.${untilCaughtUp ? "" : " Ctrl-C ends."}`);
  using display = new ProgressDisplay(session, () => archive.progress);
  const signal = AbortSignal.any([session.signal, patience.signal]);
  await archive.run(untilCaughtUp ? { signal, until: "caught up" } : { signal });
  const { progress } = archive;
  display.end();
  tellOfRefused(session, progress, settings.name ?? "archive");
  if (patience.signal.aborted && !session.signal.aborted) {
    const reason = progress.lastError === null ? "." : `: ${progress.lastError}`;
    throw new CliError(
      exitCode.storeUnavailable,
      `Not caught up, after ${patienceMs / 1000} s of ${patience.status}${reason}`,
    );
  }
}

function tellOfRefused(session: Session, { refused, missed }: ArchiveProgress, name: string): void {
  if (refused > 0) {
    session.note(
      cleanText(
        `${refused} events that the sink cannot hold are kept: attune dead-letters list ${JSON.stringify(`archive:${name}`)}`,
      ),
    );
  }
  if (missed > 0) session.note(`${missed} events were gone before they could be archived.`);
}
