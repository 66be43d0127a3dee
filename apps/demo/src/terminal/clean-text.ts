/** Texts from events and file names, made safe for a terminal: nothing in them can move the cursor or hide a word. */

// Control characters (escape sequences start with one), line breaks of Unicode, and what turns the reading direction.
const unsafe = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

export function cleanText(text: string): string {
  return text.replace(unsafe, "\ufffd").toWellFormed();
}

/** Cleaned, and cut to so many characters. */
export function clipped(text: string, width: number): string {
  // Far more than any line holds: cutting a long text first keeps the work small.
  const characters = [...cleanText(text.slice(0, Math.max(0, width) * 4))];
  if (characters.length <= width) return characters.join("");
  return width <= 0 ? "" : `${characters.slice(0, width - 1).join("")}…`;
}
