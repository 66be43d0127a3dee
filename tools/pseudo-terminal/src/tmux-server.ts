/** A tmux of its own, with one window: nobody's settings, nobody's sessions. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { run, WatchedProcess } from "@attune-tools/redis-server";
import { locateTmux } from "./locate-tmux.ts";
import { endProcesses, processesOn } from "./processes-on.ts";

/** What is not said here is tmux's default: no file of the user's or of the machine's is read. */
const settings = `
set -g status off
set -g remain-on-exit on
set -g history-limit 10000
set -g default-terminal xterm-256color
set -s escape-time 0
`;

export class TmuxServer {
  /** The socket, what the window's program wrote, and how it ended. */
  readonly dir: string;
  readonly #process: WatchedProcess;
  readonly #command: string;
  readonly #env: Record<string, string>;
  #ended: Promise<void> | undefined;

  private constructor(dir: string, process: WatchedProcess, command: string, env: Record<string, string>) {
    this.dir = dir;
    this.#process = process;
    this.#command = command;
    this.#env = env;
  }

  /** It ends, and its folder goes, when this process does. */
  static async start(): Promise<TmuxServer> {
    const { command, env } = await locateTmux();
    const dir = await mkdtemp(join(tmpdir(), "attune-terminal-"));
    try {
      const config = join(dir, "tmux.conf");
      await writeFile(config, settings);
      const process = await WatchedProcess.launch({
        command,
        args: ["-u", "-S", join(dir, "socket"), "-f", config, "-D"],
        env,
        cwd: dir,
        log: join(dir, "tmux.log"),
        ownedDirectory: dir,
      });
      const server = new TmuxServer(dir, process, command, env);
      await server.#answers();
      return server;
    } catch (error) {
      await rm(dir, { recursive: true, force: true });
      throw error;
    }
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** A command of tmux, and what it says. It does not start another server (-N), which nobody would end. */
  run(...args: string[]): Promise<string> {
    return run(this.#command, ["-u", "-N", "-S", join(this.dir, "socket"), ...args], {
      env: { ...this.#env, LC_ALL: "C.UTF-8" },
      timeoutMs: 20_000,
    });
  }

  /** With all that runs in its window, whatever signals it ignores. Twice is fine. */
  end(): Promise<void> {
    this.#ended ??= this.#endAll();
    return this.#ended;
  }

  async #endAll(): Promise<void> {
    const [window] = (await this.run("list-panes", "-a", "-F", "#{pane_pid}").catch(() => "")).split("\n");
    // Stopped first, or what is ended in the window could start something else before it is its turn.
    if (window) await endProcesses(processesOn(Number(window)));
    await this.#process.end("SIGTERM");
    await rm(this.dir, { recursive: true, force: true, maxRetries: 5 });
  }

  async #answers(): Promise<void> {
    const endsAt = performance.now() + 20_000;
    for (;;) {
      try {
        await this.run("show-options", "-s");
        return;
      } catch (error) {
        if (!this.#process.running || performance.now() > endsAt) {
          const said = this.#process.lastWords;
          await this.#process.end("SIGKILL");
          throw new Error(`tmux does not answer; its log ends with:\n${said}`, { cause: error });
        }
      }
      await sleep(10);
    }
  }
}
