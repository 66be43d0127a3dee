/** What an agent may write to deceive whoever reads it at a terminal. */

export const hostile = "\u001b]0;owned\u0007\u001b[2J\u009b31mred\u202ereversed\nsecond line\u0008";

/** What a terminal acts on, but for the ends of lines. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for.
export const acting = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

/** What of it a terminal acts on where something that draws may send escape sequences of its own. */
export const actingAmongDrawing =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for.
  /\u001b\]|[\u0007\u0008]|\u001b\[2J|[\u0080-\u009f\u202a-\u202e\u2066-\u2069]/;
