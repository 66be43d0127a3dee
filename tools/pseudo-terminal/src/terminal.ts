/** A terminal with a program in it. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { argument, keyArguments } from "./keys.ts";
import { type TerminalModes, terminalModes } from "./terminal-modes.ts";
import type { TmuxServer } from "./tmux-server.ts";

export interface UntilOptions {
  /** Milliseconds. Default 20,000. */
  timeoutMs?: number;
}

export class Terminal implements AsyncDisposable {
  readonly #tmux: TmuxServer;
  readonly #endMark: string;

  constructor(tmux: TmuxServer, endMark: string) {
    this.#tmux = tmux;
    this.#endMark = endMark;
  }

  /** Of tmux: a process that is gone after the end. */
  get pid(): number {
    return this.#tmux.pid;
  }

  /** Its lines as one sees them, as many as it has rows, without blanks at the end; with `escapes` in colours. */
  async screen({ escapes = false }: { escapes?: boolean } = {}): Promise<string[]> {
    const text = await this.#tmux.run("capture-pane", "-p", ...(escapes ? ["-e"] : []));
    return text.split("\n").slice(0, -1);
  }

  /** Keys by name, as tmux calls them: "q", "C-c", "Enter", "Up", "Escape", "Tab", "PageDown". */
  async press(...keys: string[]): Promise<void> {
    await this.#tmux.run("send-keys", "--", ...keyArguments(keys));
  }

  /** The characters as they are. */
  async type(text: string): Promise<void> {
    await this.#tmux.run("send-keys", "-l", "--", argument(text));
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#tmux.run("resize-window", "-x", String(columns), "-y", String(rows));
  }

  /** Waits until the screen is as wanted, and gives it; fails with the last one in its message. */
  async until(
    wanted: (screen: string[]) => boolean,
    what: string,
    { timeoutMs = 20_000 }: UntilOptions = {},
  ): Promise<string[]> {
    const endsAt = performance.now() + timeoutMs;
    for (;;) {
      const screen = await this.screen();
      if (wanted(screen)) return screen;
      if (performance.now() > endsAt)
        throw new Error(`waited ${timeoutMs} ms for ${what}; the screen:\n${framed(screen)}`);
      await sleep(20);
    }
  }

  /** Waits until the program has ended; as a shell counts it: 130 for SIGINT. Afterwards the screen is its last one. */
  async exitCode({ timeoutMs = 20_000 }: UntilOptions = {}): Promise<number> {
    const endsAt = performance.now() + timeoutMs;
    while (!(await this.#written()).includes(this.#endMark)) {
      if (performance.now() > endsAt) {
        const screen = framed(await this.screen());
        throw new Error(`waited ${timeoutMs} ms for the program to end; the screen:\n${screen}`);
      }
      await sleep(20);
    }
    return Number(await this.#file("exit-code"));
  }

  /** All that the program wrote, byte for byte; while it runs, as much as has come until now. */
  async output(): Promise<string> {
    return (await this.#written()).split(this.#endMark)[0]!;
  }

  /** Waits until the program has ended. */
  async modes(): Promise<TerminalModes> {
    await this.exitCode();
    const flags = await this.#tmux.run("display-message", "-p", "#{alternate_on} #{cursor_flag}");
    return terminalModes(flags.trim(), await this.#file("stty"), await this.output());
  }

  /** Ends the program with all that it started, and the terminal. Twice is fine. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tmux.end();
  }

  #written(): Promise<string> {
    return this.#file("output");
  }

  #file(name: string): Promise<string> {
    return readFile(join(this.#tmux.dir, name), "utf8");
  }
}

function framed(screen: readonly string[]): string {
  return screen.map((line) => `| ${line}`).join("\n");
}
