/** Which colour a type of signals has: the same wherever it is shown, and another than that of other types while there are enough. */

/** As many as `palette.css` has. */
export const colourCount = 8;

/** Of more types the colours are not remembered. */
const mostRemembered = 1000;

export class ColourBook {
  readonly #colours = new Map<string, number>();
  readonly #uses = new Array<number>(colourCount).fill(0);

  /** 0 to 7: that of its hash; if another type has that, the next one that fewest have. */
  of(type: string): number {
    const known = this.#colours.get(type);
    if (known !== undefined) return known;
    const own = hashOf(type) % colourCount;
    if (this.#colours.size >= mostRemembered) return own;
    const fewest = Math.min(...this.#uses);
    let colour = own;
    while (this.#uses[colour]! > fewest) colour = (colour + 1) % colourCount;
    this.#uses[colour]! += 1;
    this.#colours.set(type, colour);
    return colour;
  }
}

/** FNV-1a over the name's UTF-16 units. The upper bits of names that differ in a letter differ more than the lower ones. */
function hashOf(type: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < type.length; at++) hash = Math.imul(hash ^ type.charCodeAt(at), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

const book = new ColourBook();

/** `null`: a type that is not known yet. */
export function colourOf(type: string | null): number {
  return type === null ? 0 : book.of(type);
}
