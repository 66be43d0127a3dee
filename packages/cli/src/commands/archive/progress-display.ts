/** How far an archive is: a line kept up to date at a terminal, else a line from time to time. */
import type { ArchiveProgress, ArchiveStatus } from "@attune/archive";
import { clipped } from "@attune-tools/terminal-text";
import type { Session } from "../../session/session.ts";
import { bytesText } from "../../text/bytes.ts";
import { spanText } from "../../text/time.ts";
import { progressJson } from "./progress-json.ts";

/** Between two lines. */
const lineMs = 10_000;
/** Between two states of the line at a terminal, at least and at most. */
const redrawMs = 200;
const refreshMs = 1000;

export class ProgressDisplay implements Disposable {
  readonly #session: Session;
  readonly #progress: () => ArchiveProgress;
  readonly #inPlace: boolean;
  #shownStatus: ArchiveStatus | undefined;
  #shownAt = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #refreshing: NodeJS.Timeout | undefined;

  constructor(session: Session, progress: () => ArchiveProgress) {
    this.#session = session;
    this.#progress = progress;
    this.#inPlace = session.stdout.isTerminal && !session.json;
    if (this.#inPlace) this.#refreshing = setInterval(() => this.changed(), refreshMs);
  }

  changed(): void {
    const { status } = this.#progress();
    // How it ended is told by `end`, once.
    if (status === "not started" || status === "closed") return;
    const due = this.#shownAt + (this.#inPlace ? redrawMs : lineMs) - Date.now();
    if (due <= 0 || status !== this.#shownStatus) this.#print();
    else this.#timer ??= setTimeout(() => this.#print(), due);
  }

  /** The last word, which stays. */
  end(): void {
    const { stdout } = this.#session;
    this.#print();
    if (!this.#inPlace) return;
    stdout.flush();
    stdout.line("");
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    clearInterval(this.#refreshing);
  }

  #print(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const progress = this.#progress();
    this.#shownStatus = progress.status;
    this.#shownAt = Date.now();
    const { stdout, stderr, json } = this.#session;
    const text = progressText(progress);
    if (json) {
      stdout.json(progressJson(progress));
    } else if (!this.#inPlace) {
      stdout.line(text);
    } else {
      stderr.flush();
      stdout.flush();
      // The cursor goes back to the start: what else is told in between begins there.
      stdout.stream.write(`\u001b[2K${clipped(text, stdout.width - 1)}\r`);
    }
  }
}

function progressText(progress: ArchiveProgress): string {
  const { status, archived, bytes, refused, missed, waiting, lagMs } = progress;
  const parts = [`${archived} archived (${bytesText(bytes)})`];
  if (waiting > 0) parts.push(`${waiting} waiting for ${spanText(lagMs)}`);
  if (refused > 0) parts.push(`${refused} refused`);
  if (missed > 0) parts.push(`${missed} missed`);
  return `${parts.join(", ")}: ${status === "not started" ? "ended" : status}`;
}
