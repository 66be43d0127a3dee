/**
 * When events are shown in a page: seen in its document, when it was drawn. A page draws a few of thousands; the others count as
 * shown with the first later one that is.
 */
import type { WatchedPage } from "@attune-tools/browser";
import type { SentBatch } from "./fleet-load.ts";

/** A frame in which the newest event in the document was a later one than before; the time is that after drawing. */
type Frame = readonly [number: number, shownAt: number];

export interface ShownEvents {
  /** Milliseconds from publishing each event that was published from `sinceMs` on (`Date.now()`) to its being shown. */
  latencies(batches: readonly SentBatch[], sinceMs: number): Promise<number[]>;
}

/** From now on. */
export async function watchShownEvents(page: WatchedPage): Promise<ShownEvents> {
  await page.evaluate(watchDocument);
  return {
    async latencies(batches, sinceMs) {
      const frames = await page.evaluate(() => shownFrames);
      return latenciesOf(frames, batches, sinceMs);
    },
  };
}

function latenciesOf(frames: readonly Frame[], batches: readonly SentBatch[], sinceMs: number): number[] {
  const latencies: number[] = [];
  let at = 0;
  for (const [index, [first, sentAt]] of batches.entries()) {
    const end = batches[index + 1]?.[0] ?? first + 1;
    for (let number = first; number < end; number++) {
      while (at < frames.length && frames[at]![0] < number) at += 1;
      if (at === frames.length) return latencies;
      if (sentAt >= sinceMs) latencies.push(frames[at]![1] - sentAt);
    }
  }
  return latencies;
}

/** Of the page's; there are no types of browsers here. */
declare const document: { readonly body: { readonly textContent: string } };
declare let shownFrames: [number: number, shownAt: number][];
declare function requestAnimationFrame(callback: () => void): number;
declare class MutationObserver {
  constructor(callback: () => void);
  observe(node: unknown, options: object): void;
}

/** Runs in the page. */
function watchDocument(): void {
  const frames: [number: number, shownAt: number][] = [];
  Object.assign(globalThis, { shownFrames: frames });
  const drawn = new MessageChannel();
  let newest = -1;
  let isDue = false;
  const look = () => {
    isDue = false;
    let latest = newest;
    for (const [, number] of document.body.textContent.matchAll(/(\d+)@\d{13}/g)) {
      latest = Math.max(latest, Number(number));
    }
    if (latest === newest) return;
    newest = latest;
    // Comes behind the drawing of this frame.
    drawn.port2.postMessage(latest);
  };
  drawn.port1.addEventListener("message", (message) =>
    frames.push([(message as MessageEvent).data as number, Date.now()]),
  );
  drawn.port1.start();
  new MutationObserver(() => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(look);
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}
