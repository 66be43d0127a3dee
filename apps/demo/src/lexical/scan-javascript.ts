/**
 * A lexical scan of JavaScript and TypeScript: blanks out whatever is not code, in one pass, without understanding it.
 * A heuristic where the language needs a parser: a `/` after `)` is taken for a division.
 */

export interface ScannedCode {
  /**
   * As long as the source, line for line; the insides of comments, strings, templates and regular expressions are
   * blank, and the `${` and `}` of a template are round brackets, so that nobody takes them for a block.
   */
  readonly code: string;
  /** The quoted strings, quotes excluded. */
  readonly strings: readonly TextRange[];
}

interface TextRange {
  readonly start: number;
  readonly end: number;
}

export function scanJavaScript(source: string): ScannedCode {
  return new Scanner(source).scan();
}

const beforeRegExp =
  /(?:^|[(,=:[!&|?{};+\-*%~^<>]|(?<![\w$.])(?:return|typeof|case|in|of|await|yield|else|do|void|delete))$/;

/** How far back the scan looks to tell a regular expression from a division. */
const lookBack = 40;

class Scanner {
  readonly #source: string;
  readonly #parts: string[] = [];
  readonly #strings: TextRange[] = [];
  /** For each template we are inside of: how many braces are open in its present ${}. */
  readonly #templates: number[] = [];
  readonly #special = /["'`/{}]/g;
  #at = 0;
  /** Up to where the source is in `parts`; from here to `at` it is code. */
  #flushed = 0;
  /** The end of the code before `flushed`. */
  #tail = "";

  constructor(source: string) {
    this.#source = source;
  }

  scan(): ScannedCode {
    while (this.#skipToSpecial()) this.#takeSpecial();
    this.#flush();
    return { code: this.#parts.join(""), strings: this.#strings };
  }

  #skipToSpecial(): boolean {
    this.#special.lastIndex = this.#at;
    const found = this.#special.exec(this.#source);
    this.#at = found ? found.index : this.#source.length;
    return found !== null;
  }

  #takeSpecial(): void {
    const char = this.#source[this.#at]!;
    const next = this.#source[this.#at + 1];
    const inside = this.#templates.length - 1;
    if (char === '"' || char === "'") this.#string(char);
    else if (char === "`") this.#template();
    else if (char === "/" && next === "/") this.#blankTo(this.#endOf("\n", 0));
    else if (char === "/" && next === "*") this.#blankTo(this.#endOf("*/", 2));
    else if (char === "/") this.#slash();
    else if (char === "}" && this.#templates[inside] === 0) this.#leaveExpression();
    else {
      if (inside >= 0) this.#templates[inside]! += char === "{" ? 1 : -1;
      this.#at += 1;
    }
  }

  #string(quote: string): void {
    const start = this.#at + 1;
    let end = start;
    // Ends at its quote, or at the end of the line where it is no valid string at all (text in JSX).
    while (end < this.#source.length && this.#source[end] !== quote && this.#source[end] !== "\n") {
      end += this.#source[end] === "\\" ? 2 : 1;
    }
    end = Math.min(end, this.#source.length);
    this.#at = start;
    this.#blankTo(end);
    if (this.#source[end] !== quote) return;
    this.#strings.push({ start, end });
    this.#at = end + 1;
  }

  #template(): void {
    this.#templates.push(0);
    this.#at += 1;
    this.#templateText();
  }

  #leaveExpression(): void {
    this.#replace(")", 1);
    this.#templateText();
  }

  /** Up to the closing ` or into the next ${. */
  #templateText(): void {
    let end = this.#at;
    while (end < this.#source.length) {
      const char = this.#source[end];
      if (char === "`") {
        this.#blankTo(end);
        this.#templates.pop();
        this.#at = end + 1;
        return;
      }
      if (char === "$" && this.#source[end + 1] === "{") {
        this.#blankTo(end);
        this.#replace(" (", 2);
        return;
      }
      end += char === "\\" ? 2 : 1;
    }
    this.#blankTo(this.#source.length);
  }

  #slash(): void {
    const end = this.#beginsRegExp() ? this.#endOfRegExp() : undefined;
    this.#at += 1;
    if (end === undefined) return;
    this.#blankTo(end);
    this.#at = end + 1;
  }

  #beginsRegExp(): boolean {
    const run = this.#source.slice(Math.max(this.#flushed, this.#at - lookBack), this.#at);
    return beforeRegExp.test((this.#tail + run).trimEnd());
  }

  /** The index of the closing `/`; `undefined` where the line ends first: then it was a division after all. */
  #endOfRegExp(): number | undefined {
    let inClass = false;
    for (let end = this.#at + 1; end < this.#source.length; end++) {
      const char = this.#source[end];
      if (char === "\n") return undefined;
      if (char === "\\") end += 1;
      else if (char === "[") inClass = true;
      else if (char === "]") inClass = false;
      else if (char === "/" && !inClass) return end;
    }
    return undefined;
  }

  #endOf(mark: string, extra: number): number {
    const found = this.#source.indexOf(mark, this.#at + 2);
    return found < 0 ? this.#source.length : found + extra;
  }

  #flush(): void {
    const run = this.#source.slice(this.#flushed, this.#at);
    this.#parts.push(run);
    if (run.trim() !== "") this.#tail = (this.#tail + run).slice(-lookBack);
    this.#flushed = this.#at;
  }

  #blankTo(end: number): void {
    this.#flush();
    const last = Math.min(end, this.#source.length);
    this.#parts.push(
      this.#source.slice(this.#at, last).replace(/[^\n]+/g, (text) => " ".repeat(text.length)),
    );
    this.#at = last;
    this.#flushed = last;
  }

  #replace(text: string, length: number): void {
    this.#flush();
    this.#parts.push(text);
    this.#tail = text;
    this.#at += length;
    this.#flushed = this.#at;
  }
}
