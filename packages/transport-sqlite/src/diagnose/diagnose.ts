/** Whether a file is fit for use: what `diagnose("sqlite:PATH")` of @attune/transport looks at. */
import { type DiagnoseOptions, type Finding, LastFinding, sleep } from "@attune/transport";
import { absolutePath, fileOfUrl } from "../file-of-url.ts";
import { lookAtContent } from "./look-at-content.ts";
import { lookAtNode } from "./look-at-node.ts";
import { lookAtPlace } from "./look-at-place.ts";

/**
 * Called by `diagnose` of @attune/transport, which checks and completes the options. Rejects with `ATTUNE_URL_INVALID`, or
 * `ATTUNE_ARGUMENT_INVALID` for a path that can be none.
 */
export async function diagnose(url: string, options: DiagnoseOptions): Promise<Finding[]> {
  const path = absolutePath(fileOfUrl(url).path);
  const findings: Finding[] = [];
  const add = async (looking: AsyncIterator<Finding>, ms: number) => {
    const end = options.clock.monotonic() + ms;
    for (;;) {
      const next = await inTime(looking.next(), end - options.clock.monotonic(), options);
      if (next.done) return;
      findings.push(next.value);
    }
  };
  const { operationTimeoutMs } = options;
  try {
    findings.push(...lookAtNode());
    await add(lookAtPlace(path), operationTimeoutMs);
    // It keeps to the time itself: nothing of it waits for the disk in another thread.
    await add(lookAtContent(path, options), 2 * operationTimeoutMs);
  } catch (error) {
    findings.push(error instanceof LastFinding ? error.finding : unforeseen(path, error));
  }
  return findings;
}

/** A mount that hangs holds every look at it for ever. */
async function inTime<T>(looked: Promise<T>, ms: number, { clock }: DiagnoseOptions): Promise<T> {
  const over = new AbortController();
  const late = sleep(clock, Math.max(0, ms), { signal: over.signal }).then(() => {
    throw new LastFinding({
      check: "file system",
      outcome: "problem",
      found: "it does not answer",
      remedy:
        "The disk or its mount hangs: see dmesg and mount, or name a file on another disk with sqlite:PATH.",
    });
  });
  try {
    return await Promise.race([looked, late]);
  } finally {
    over.abort();
    late.catch(() => {});
    looked.catch(() => {});
  }
}

function unforeseen(path: string, error: unknown): Finding {
  return {
    check: "file",
    outcome: "problem",
    found: error instanceof Error ? error.message : String(error),
    remedy: `Mend what the message names, or name another file than ${path} with sqlite:PATH.`,
  };
}
