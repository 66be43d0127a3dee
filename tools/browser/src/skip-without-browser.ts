/** For tests that have to be left out, loudly, where no browser can be had: `beforeEach(skipWithoutBrowser)`. */
import { unlessNotHere } from "@attune-tools/database-servers";
import { locateChromium } from "./locate-chromium.ts";

let absence: Promise<string | undefined> | undefined;

/** With `ATTUNE_TEST_REQUIRE_BROWSER=1` they fail instead. */
export async function skipWithoutBrowser(context: { skip(note: string): void }): Promise<void> {
  absence ??= whyAbsent();
  const why = await absence;
  if (why === undefined) return;
  if (process.env.ATTUNE_TEST_REQUIRE_BROWSER === "1") throw new Error(why);
  context.skip(why);
}

/** Said once for each file: a summary counts what was skipped, but does not say why. */
async function whyAbsent(): Promise<string | undefined> {
  const chromium = await unlessNotHere(() => locateChromium());
  if (typeof chromium !== "string") return undefined;
  const why = `NOT TESTED: ${chromium}`;
  console.warn(why);
  return why;
}
