/** A full-screen view in a terminal, with plain ANSI: on a page of its own, so that what was there comes back at the end. */

/** What the screen needs of `process.stdout`. */
export interface TerminalStream {
  readonly columns?: number;
  readonly rows?: number;
  readonly writableNeedDrain: boolean;
  write(text: string): boolean;
}

const csi = "\u001b[";
const showCursor = `${csi}?25h`;
const saveCursor = "\u001b7";
const restoreCursor = "\u001b8";
/** Other page, no cursor, no wrapping: a character wider than we think must not break the layout. */
const enter = `${csi}?1049h${csi}?25l${csi}?7l`;
const leave = `${csi}?7h${csi}?25h${csi}?1049l`;

export class Screen {
  readonly #stream: TerminalStream;
  #open = true;
  // Also when the process ends in the middle: a terminal without cursor is nothing to leave behind.
  readonly #restore = () => this.close();

  constructor(stream: TerminalStream) {
    this.#stream = stream;
    process.once("exit", this.#restore);
    stream.write(enter);
  }

  get columns(): number {
    return this.#stream.columns || 80;
  }

  get rows(): number {
    return this.#stream.rows || 24;
  }

  draw(lines: readonly string[]): void {
    // A terminal that is slower than we are misses a picture, not the newest one.
    if (!this.#open || this.#stream.writableNeedDrain) return;
    const visible = lines.slice(0, this.rows);
    this.#stream.write(`${csi}H${picture(visible)}${csi}J`);
  }

  /** With the cursor at the end of the last line, for somebody to type there. */
  ask(lines: readonly string[]): void {
    if (!this.#open) return;
    // Also when the terminal is slow: it must not be missed.
    this.#stream.write(`${csi}H${picture(lines)}${csi}J${showCursor}`);
  }

  /** Leaves alone what is below, and where the cursor is. */
  drawAbove(lines: readonly string[]): void {
    if (!this.#open || this.#stream.writableNeedDrain) return;
    this.#stream.write(`${saveCursor}${csi}H${picture(lines)}${restoreCursor}`);
  }

  hideCursor(): void {
    if (this.#open) this.#stream.write(`${csi}?25l`);
  }

  /** Safe to call twice. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    process.removeListener("exit", this.#restore);
    this.#stream.write(leave);
  }
}

/** Each line cleared first: after a full line the cursor stands on its last character. */
function picture(lines: readonly string[]): string {
  return lines.map((line) => `${csi}2K${line}`).join("\r\n");
}
