/** Times as programs write them. */

/** Events come in the order of their times, many of one millisecond after the other: each text is made once. */
export function remembering(textOf: (time: Date) => string): (time: Date) => string {
  let lastMs = Number.NaN;
  let lastText = "";
  return (time) => {
    const ms = time.getTime();
    if (ms !== lastMs) lastText = textOf(time);
    lastMs = ms;
    return lastText;
  };
}

export const isoTimeOf = remembering((time) => time.toISOString());

/** `null`: it is no time. Somebody else wrote it, and what they write may be anything. */
export function isoTime(time: Date): string | null {
  return Number.isNaN(time.getTime()) ? null : isoTimeOf(time);
}
