/** Texts from agents and file names, made safe for a terminal: nothing in them can move the cursor or hide a word. */
import { mayBeUnsafe, replaceUnsafe } from "./unsafe-characters.ts";

/**
 * Escape sequences (ECMA-48, 5.3 to 5.6): with parameters (CSI), with a string up to its end (OSC, DCS, SOS, PM, APC), and
 * the short ones. Node's `stripVTControlCharacters` takes a second for 30 kB of `;#`, and leaves what is in a DCS; here no
 * place is looked at more than twice.
 */
const sequences = new RegExp(
  [
    String.raw`(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]`,
    String.raw`(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])\P{Cc}*(?:\u0007|\u001b\\|\u009c)`,
    String.raw`\u001b[ -/]*[0-~]`,
  ].join("|"),
  "gu",
);

/** One line without escape sequences; what else could act on a terminal or is invisible becomes U+FFFD. */
export function cleanText(text: string): string {
  if (!mayBeUnsafe(text)) return text;
  const plain = text.replace(sequences, "").replace(/\r?\n|\t/g, " ");
  return replaceUnsafe(plain, () => "\ufffd");
}
