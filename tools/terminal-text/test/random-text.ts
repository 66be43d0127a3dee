/** Random texts of what makes trouble in a terminal, the same ones in each run. */

/** From 0 up to, not including, 1: mulberry32. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const pieces = [
  "\u001b",
  "\u001b[",
  "\u001b]",
  "\u001b\\",
  "\u001bP",
  "\u009b",
  "\u009d",
  "\u009c",
  "\u0007",
  "31m",
  "2J",
  ";",
  "?25l",
  "\r",
  "\n",
  "\t",
  "\b",
  "\u007f",
  "\u0085",
  "\u2028",
  "\u202e",
  "\u200d",
  "\u200c",
  "\ufe0f",
  "\u0301",
  "\u{e0067}",
  "\u{e007f}",
  "\ud83d",
  "\udc69",
  "👩",
  "🚀",
  "🏴",
  "🇩",
  "🏽",
  "世",
  "界",
  "é",
  "ه",
  "क्",
  "1",
  "\u20e3",
  "word",
  "…",
  '"',
  "\\",
];

export function randomText(next: () => number): string {
  const count = Math.floor(next() * 12);
  return Array.from({ length: count }, () => {
    return next() < 0.2
      ? String.fromCharCode(Math.floor(next() * 0x3000))
      : pieces[Math.floor(next() * pieces.length)]!;
  }).join("");
}
