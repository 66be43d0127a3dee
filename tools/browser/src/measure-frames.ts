/** How smoothly a page draws. */
import type { Page } from "playwright-core";

export interface Frames {
  framesPerSecond: number;
  /** The longest time without a frame: milliseconds. */
  longestMs: number;
}

/** Counts for so many milliseconds the frames that the page is asked to draw. */
export function measureFrames(page: Page, ms: number): Promise<Frames> {
  return page.evaluate(countFrames, ms);
}

/** Of the page's; there are no types of browsers here. */
declare function requestAnimationFrame(callback: () => void): number;

/** Runs in the page. */
function countFrames(ms: number): Promise<Frames> {
  return new Promise((resolve) => {
    const startedAt = performance.now();
    let frames = 0;
    let longestMs = 0;
    let lastAt = startedAt;
    let counting = true;
    const passed = () => {
      const now = performance.now();
      longestMs = Math.max(longestMs, now - lastAt);
      lastAt = now;
    };
    const frame = () => {
      frames += 1;
      passed();
      if (counting) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    // By a timer, since a page that draws nothing at all has to say so too.
    setTimeout(() => {
      counting = false;
      passed();
      resolve({ framesPerSecond: frames / ((lastAt - startedAt) / 1000), longestMs });
    }, ms);
  });
}
