/** `attune complete -- WORDS…`: what may stand for the last word, a line each, with a tab and a description. Never fails. */
import { clipped } from "@attune-tools/terminal-text";
import type { Host } from "../../host.ts";
import { program } from "../../program.ts";
import type { Session } from "../../session/session.ts";
import { withoutTelemetry } from "../../without-telemetry.ts";
import { candidatesAt } from "./candidates.ts";
import { placeAfter } from "./place.ts";
import { storedValues } from "./stored-values.ts";

/** Runs nothing: only the tree is looked at. */
const idle: Host = { runs: () => async () => {} };

/** Shells put an answer into the command line as it is: what would mean something there, or is no plain text, is left out. */
const plain = /^[\p{L}\p{N}_./:@%+,=-]+$/u;

const most = 1000;

export async function complete(session: Session, _options: object, words: readonly string[]): Promise<void> {
  const { stdout, surroundings } = session;
  try {
    const current = words.at(-1) ?? "";
    const place = placeAfter(
      withoutTelemetry(words.slice(0, -1)),
      program(idle, { name: surroundings.name, stdout, advice: () => {} }),
    );
    const candidates = await candidatesAt(place, current, async (name) =>
      (await storedValues(surroundings, name, place)).filter((value) => !value.startsWith("-")),
    );
    for (const { value, description } of candidates.filter(({ value }) => plain.test(value)).slice(0, most)) {
      stdout.line(description === undefined ? value : `${value}\t${clipped(description, 100)}`);
    }
  } catch {
    // Nobody who presses Tab wants to read why nothing comes.
  }
}
