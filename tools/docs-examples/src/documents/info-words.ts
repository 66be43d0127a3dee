/** Reads an info string: a language, then words such as file=publish.ts, skip="needs a TLS server" and output. */

export interface InfoWords {
  /** "" when there is none. */
  language: string;
  /** A word without a value has "". */
  words: ReadonlyMap<string, string>;
  /** From the first word that could not be understood to the end; "" when all was. */
  misread: string;
}

export function readInfoWords(info: string): InfoWords {
  const [, language = "", rest = ""] = /^(\S*)\s*(.*)$/.exec(info)!;
  const words = new Map<string, string>();
  let left = rest;
  for (;;) {
    const match = /^([a-z]+)(?:=(?:"([^"]*)"|([^\s"]*)))?(?:\s+|$)/.exec(left);
    if (!match) return { language, words, misread: left };
    words.set(match[1]!, match[2] ?? match[3] ?? "");
    left = left.slice(match[0].length);
  }
}
