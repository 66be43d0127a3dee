/** Where lines are printed: gathered into few writes, at the pace of whoever reads them, quiet once nobody does. */
import { styleText } from "node:util";
import { cellWidth, cleanJson, cleanText, clipped, padded } from "@attune-tools/terminal-text";
import { CliError, exitCode } from "../exit-code.ts";

/** So many characters go out in one write, while more are coming. */
const flushAt = 65_536;

export interface OutputStream extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly writableNeedDrain?: boolean;
  hasColors?(): boolean;
}

export interface OutputOptions {
  readonly color: boolean;
  /** Nothing more can be printed; without an error: whoever read this has gone (`| head`). */
  readonly onClosed: (failure: Error | undefined) => void;
  /** Once it has aborted, nobody who is slow is waited for long. */
  readonly signal: AbortSignal;
}

/** So long a reader that has stopped may hold up the end of an interrupted command. */
const patienceMs = 1000;

export type Style = Parameters<typeof styleText>[0];

/** What is known of one thing. */
export interface Field {
  readonly name: string;
  /** Of what somebody else wrote as well: it is cleaned. */
  readonly value: string;
  readonly style?: Style;
}

/** Names that are longer than so many cells move their own values only. */
const nameWidth = 20;
/** However narrow a terminal is, so much of a line's rest is shown. */
const leastRest = 20;

export class Output {
  readonly stream: OutputStream;
  readonly isTerminal: boolean;
  readonly #colors: boolean;
  readonly #onClosed: OutputOptions["onClosed"];
  readonly #signal: AbortSignal;
  #buffer = "";
  #flushing: NodeJS.Immediate | undefined;
  #closed = false;
  #failure: Error | undefined;

  constructor(stream: OutputStream, { color, onClosed, signal }: OutputOptions) {
    this.stream = stream;
    this.isTerminal = stream.isTTY === true;
    this.#colors = color;
    this.#onClosed = onClosed;
    this.#signal = signal;
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE" && error.code !== "EIO") {
        this.#failure = new CliError(exitCode.failed, `The output cannot be written: ${error.message}`, [], {
          cause: error,
        });
      }
      this.#close();
    });
  }

  /** Of a terminal; elsewhere nothing is cut. */
  get width(): number {
    return this.isTerminal ? this.stream.columns || 80 : Number.POSITIVE_INFINITY;
  }

  /** Whether whoever reads it is slower than what was written: wait for `drained`. */
  get congested(): boolean {
    return this.stream.writableNeedDrain === true && !this.#closed;
  }

  /** For texts that are clean already. */
  line(text: string): void {
    this.write(`${text}\n`);
  }

  /** The same, of lines that have their ends. */
  write(text: string): void {
    if (this.#closed) return;
    this.#buffer += text;
    if (this.#buffer.length >= flushAt) this.flush();
    else this.#flushing ??= setImmediate(() => this.flush());
  }

  /** One line of JSON. */
  json(value: unknown): void {
    this.jsonText(JSON.stringify(value));
  }

  /** The same for what is JSON text already. */
  jsonText(text: string): void {
    this.line(cleanJson(text));
  }

  /** Several values as one JSON document, an array with an element on each line. */
  jsonArray(values: readonly unknown[]): void {
    const elements = values.map((value) => cleanJson(JSON.stringify(value)));
    this.line(elements.length === 0 ? "[]" : `[\n${elements.join(",\n")}\n]`);
  }

  /** Lines of a table, the first one being its header. */
  table([header, ...lines]: readonly string[]): void {
    this.line(this.style("bold", header!));
    for (const line of lines) this.line(line);
  }

  /** A line each, the values below one another. */
  fields(fields: readonly Field[]): void {
    const clean = fields.map((field) => ({ ...field, name: cleanText(field.name) }));
    const fitting = clean.map(({ name }) => cellWidth(name)).filter((width) => width <= nameWidth);
    const width = Math.max(0, ...fitting) + 2;
    for (const { name, value, style } of clean) {
      const text = cleanText(value);
      this.line(`${this.style("dim", padded(`${name} `, width))}${style ? this.style(style, text) : text}`);
    }
  }

  /** What stands at the end of a line, cleaned; at a terminal cut to what is left of it behind `taken` cells. */
  rest(text: string, taken: number): string {
    return this.isTerminal ? clipped(text, Math.max(leastRest, this.width - taken)) : cleanText(text);
  }

  style(style: Style, text: string): string {
    return this.#colors ? styleText(style, text, { validateStream: false }) : text;
  }

  flush(): void {
    clearImmediate(this.#flushing);
    this.#flushing = undefined;
    const text = this.#buffer;
    this.#buffer = "";
    if (text !== "" && !this.#closed) this.stream.write(text);
  }

  /** Once it takes more, nobody reads any more, or the command is to end. */
  drained(): Promise<void> {
    if (!this.congested || this.#signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const settle = () => {
        for (const event of ["drain", "error", "close"]) this.stream.off(event, settle);
        this.#signal.removeEventListener("abort", settle);
        resolve();
      };
      for (const event of ["drain", "error", "close"]) this.stream.on(event, settle);
      this.#signal.addEventListener("abort", settle);
    });
  }

  /** Everything is with the system. Throws what kept it from there; that nobody reads it any more is no error. */
  async end(): Promise<void> {
    this.flush();
    if (!this.#closed) await this.#written();
    if (this.#failure) throw this.#failure;
  }

  #written(): Promise<void> {
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const giveUpSoon = () => {
        timer = setTimeout(settle, patienceMs);
      };
      const settle = () => {
        clearTimeout(timer);
        this.#signal.removeEventListener("abort", giveUpSoon);
        resolve();
      };
      if (this.#signal.aborted) giveUpSoon();
      else this.#signal.addEventListener("abort", giveUpSoon);
      this.stream.write("", settle);
    });
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#buffer = "";
    this.#onClosed(this.#failure);
  }
}
