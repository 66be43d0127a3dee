/** JSON made safe for a terminal without another meaning. */
import { mayBeUnsafe, replaceUnsafe } from "./unsafe-characters.ts";

/**
 * One line. In JSON control characters below U+0020 stand between the tokens only, and there they are as good as a blank; the
 * others stand in strings only, and there an escape is as good.
 */
export function cleanJson(json: string): string {
  if (!mayBeUnsafe(json)) return json;
  return replaceUnsafe(json.replace(/[\t\n\r]/g, " "), escaped);
}

/** Outside the basic plane it takes two. */
function escaped(text: string): string {
  return Array.from({ length: text.length }, (_, index) => {
    return `\\u${text.charCodeAt(index).toString(16).padStart(4, "0")}`;
  }).join("");
}
