/** Which characters must not come to a terminal from a text that somebody else has written. */

/**
 * Control characters, line breaks of Unicode, halves of surrogate pairs, and all that cannot be seen: what turns the
 * reading direction, joins, or fills, so that two names which look alike are alike.
 */
const unsafe = String.raw`[\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\u2028\u2029\ufff9-\ufffb]`;

/** Scripts in which a joiner between letters is spelling. */
const joining = [
  "Arab",
  "Syrc",
  "Mong",
  "Deva",
  "Beng",
  "Guru",
  "Gujr",
  "Orya",
  "Taml",
  "Telu",
  "Knda",
  "Mlym",
  "Sinh",
]
  .map((script) => `\\p{Script=${script}}`)
  .join("");

/** What cannot be seen, but belongs to what stands before it. */
const needed = [
  String.raw`(?<=\p{Extended_Pictographic}[\ufe0f\p{Emoji_Modifier}]?)\u200d(?=\p{Extended_Pictographic})`, // a family
  String.raw`(?<=\p{Extended_Pictographic})[\ufe0e\ufe0f]`, // a heart as a picture or as a character
  String.raw`(?<=[\d#*])\ufe0f(?=\u20e3)`, // a key of a telephone
  String.raw`(?<=\u{1f3f4})[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{3,6}\u{e007f}`, // the flag of Scotland
  String.raw`(?<=\p{Script=Han})[\ufe00-\ufe0d\u{e0100}-\u{e01ef}]`, // one form of a character of several
  String.raw`(?<=[${joining}])[\u200c\u200d]`, // می‌خواهم
  String.raw`(?<=\p{Script=Mong})[\u180b-\u180f]`,
].join("|");

const anyUnsafe = new RegExp(unsafe, "u");
const neededOrUnsafe = new RegExp(`(${needed})|${unsafe}`, "gu");

/** Quick, and true also of texts that need such a character. */
export function mayBeUnsafe(text: string): boolean {
  return /[^ -~]/.test(text) && anyUnsafe.test(text);
}

/** Leaves those that are needed. */
export function replaceUnsafe(text: string, replacement: (character: string) => string): string {
  return text.replace(neededOrUnsafe, (found, kept?: string) => kept ?? replacement(found));
}
