/** Blanks the comments, the regular expressions and the text of template strings of a source, and keeps strings and code. */

const afterOperator = /(?:^|[(,=:[!&|?{};+\-*%~^<>]|\b(?:return|typeof|case|in|of|await|yield))$/;

export function withoutCommentsAndTemplates(source: string): string {
  let code = "";
  let at = 0;
  /** For each template we are inside of: how many braces are open in its present ${}. */
  const templates: number[] = [];

  /** Skips the text of a template up to its end or its next ${. */
  const skipTemplateText = () => {
    while (at < source.length) {
      if (source[at] === "\\") at += 2;
      else if (source[at] === "`") {
        at += 1;
        templates.pop();
        code += '""'; // a value stood here
        return;
      } else if (source.startsWith("${", at)) {
        at += 2;
        code += " ";
        return;
      } else at += 1;
    }
  };

  while (at < source.length) {
    const char = source[at]!;
    if (source.startsWith("//", at)) {
      at = endOf(source, "\n", at, 0);
    } else if (source.startsWith("/*", at)) {
      at = endOf(source, "*/", at + 2, 2);
      code += " ";
    } else if (char === '"' || char === "'") {
      const end = endOfString(source, at);
      code += source.slice(at, end);
      at = end;
    } else if (char === "`") {
      at += 1;
      templates.push(0);
      skipTemplateText();
    } else if (char === "/" && afterOperator.test(code.slice(-20).trimEnd())) {
      at = endOfRegExp(source, at);
      code += '""';
    } else {
      const inside = templates.length - 1;
      if (char === "{" && inside >= 0) templates[inside]! += 1;
      if (char === "}" && inside >= 0) {
        if (templates[inside] === 0) {
          at += 1;
          skipTemplateText();
          continue;
        }
        templates[inside]! -= 1;
      }
      code += char;
      at += 1;
    }
  }
  return code;
}

function endOf(source: string, mark: string, from: number, length: number): number {
  const found = source.indexOf(mark, from);
  return found < 0 ? source.length : found + length;
}

/** A string ends at its quote, or at the end of the line if that is no valid string at all. */
function endOfString(source: string, start: number): number {
  for (let at = start + 1; at < source.length; at++) {
    if (source[at] === "\\") at += 1;
    else if (source[at] === source[start]) return at + 1;
    else if (source[at] === "\n") return at;
  }
  return source.length;
}

function endOfRegExp(source: string, start: number): number {
  let inClass = false;
  for (let at = start + 1; at < source.length; at++) {
    const char = source[at];
    if (char === "\\") at += 1;
    else if (char === "[") inClass = true;
    else if (char === "]") inClass = false;
    else if (char === "\n")
      return start + 1; // it was a division after all
    else if (char === "/" && !inClass) return at + 1;
  }
  return source.length;
}
