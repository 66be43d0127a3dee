/** Starts a program in a terminal. */
import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Terminal } from "./terminal.ts";
import { TmuxServer } from "./tmux-server.ts";
import { windowScript } from "./window-script.ts";

export interface StartTerminalOptions {
  /** The program and its arguments; no shell reads them. */
  command: readonly string[];
  /**
   * Besides PATH, HOME, TMPDIR, TERM and LANG. Nothing else of this process's own comes to the program: what a test runner
   * or a build machine sets (CI, NO_COLOR, FORCE_COLOR) changes how programs draw.
   */
  env?: Readonly<Record<string, string>>;
  /** Default: this process's own. */
  cwd?: string;
  /** Default 80. */
  columns?: number;
  /** Default 24. */
  rows?: number;
}

/** Throws `NotHereError` where tmux cannot be had. */
export async function startTerminal(options: StartTerminalOptions): Promise<Terminal> {
  const { command, env = {}, cwd = process.cwd(), columns = 80, rows = 24 } = options;
  const tmux = await TmuxServer.start();
  try {
    // A command for the operating system that none knows: terminals ignore it.
    const endMark = `\u001b]7771;${randomUUID()}\u0007`;
    const script = join(tmux.dir, "window.sh");
    const variables = { ...inherited(), TERM: "xterm-256color", LANG: "C.UTF-8", ...env };
    await writeFile(script, windowScript({ dir: tmux.dir, command, env: variables, cwd, endMark }));
    const output = join(tmux.dir, "output");
    await writeFile(output, "");
    const size = ["-x", String(columns), "-y", String(rows)];
    await tmux.run("new-session", "-d", ...size, `exec /bin/sh '${script}'`);
    await tmux.run("pipe-pane", "-O", `exec cat >> '${output}'`);
    await writeFile(join(tmux.dir, "start"), "");
    return new Terminal(tmux, endMark);
  } catch (error) {
    await tmux.end();
    throw error;
  }
}

function inherited(): Record<string, string> {
  const found = ["PATH", "HOME", "TMPDIR"].map((name) => [name, process.env[name]] as const);
  return Object.fromEntries(found.filter((pair): pair is [string, string] => pair[1] !== undefined));
}
