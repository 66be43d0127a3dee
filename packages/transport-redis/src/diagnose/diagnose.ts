/** Whether a Redis is fit for use: what `diagnose("redis://…")` of @attune/transport asks. */
import { type DiagnoseOptions, type Finding, LastFinding } from "@attune/transport";
import { serverOfUrl } from "../server-of-url.ts";
import { lookAtClock } from "./look-at-clock.ts";
import { enter, noConnection } from "./look-at-connection.ts";
import { lookAtRights } from "./look-at-rights.ts";
import { lookAtServer } from "./look-at-server.ts";
import { Questions } from "./questions.ts";
import { tryWriting } from "./try-writing.ts";

/** In this order: later ones ask what earlier ones have made sure of. The last ends the connection's use for commands. */
const looks = [enter, lookAtServer, lookAtClock, tryWriting, lookAtRights];

/**
 * Called by `diagnose` of @attune/transport, which checks and completes the options. Rejects with `ATTUNE_URL_INVALID` only.
 */
export async function diagnose(url: string, options: DiagnoseOptions): Promise<Finding[]> {
  const questions = new Questions(serverOfUrl(url), options);
  const findings = new Map<string, Finding>();
  try {
    for (const look of looks) {
      for await (const finding of look(questions)) findings.set(finding.check, finding);
    }
  } catch (error) {
    // Whatever it is: what was found before it is told as well. A connection that was well and is lost is not well.
    const last = error instanceof LastFinding ? error.finding : noConnection(questions, error);
    findings.delete(last.check);
    findings.set(last.check, last);
  } finally {
    questions.close();
  }
  return [...findings.values()];
}
