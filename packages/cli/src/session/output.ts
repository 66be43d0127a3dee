/** Where lines are printed: gathered into few writes, at the pace of whoever reads them, quiet once nobody does. */
import { styleText } from "node:util";
import { cleanJson } from "@attune-tools/terminal-text";

/** So many characters go out in one write, while more are coming. */
const flushAt = 65_536;

export interface OutputStream extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly writableNeedDrain?: boolean;
  hasColors?(): boolean;
}

export type Style = Parameters<typeof styleText>[0];

export class Output {
  readonly stream: OutputStream;
  readonly isTerminal: boolean;
  readonly #colors: boolean;
  readonly #onClosed: () => void;
  #buffer = "";
  #flushing: NodeJS.Immediate | undefined;
  #closed = false;
  #failure: Error | undefined;

  /** `onClosed`: whoever read this has gone (`| head`). */
  constructor(stream: OutputStream, { color, onClosed }: { color: boolean; onClosed: () => void }) {
    this.stream = stream;
    this.isTerminal = stream.isTTY === true;
    this.#colors = color;
    this.#onClosed = onClosed;
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE" && error.code !== "EIO") this.#failure = error;
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

  /** Once it takes more, or nobody reads any more. */
  drained(): Promise<void> {
    if (!this.congested) return Promise.resolve();
    return new Promise((resolve) => {
      const settle = () => {
        this.stream.off("drain", settle);
        this.stream.off("error", settle);
        this.stream.off("close", settle);
        resolve();
      };
      for (const event of ["drain", "error", "close"]) this.stream.on(event, settle);
    });
  }

  /** Everything is with the system. Throws what kept it from there; that nobody reads it any more is no error. */
  async end(): Promise<void> {
    this.flush();
    if (!this.#closed) await new Promise<void>((resolve) => void this.stream.write("", () => resolve()));
    if (this.#failure) throw this.#failure;
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#buffer = "";
    this.#onClosed();
  }
}
