/** Runs a program to its end and gives its output; a failure is an Error that carries what the program said. */
import { execFile } from "node:child_process";

export interface RunOptions {
  cwd?: string;
  /** Added to this process's environment. */
  env?: Record<string, string>;
  /** Milliseconds until the program is killed and the call fails. Default 120,000. */
  timeoutMs?: number;
  /** Run as this user. Default: as this process's own. */
  user?: { uid: number; gid: number };
}

export function run(
  command: string,
  args: string[],
  { cwd, env, timeoutMs = 120_000, user }: RunOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = {
      cwd,
      env: { ...process.env, LC_ALL: "C", ...env },
      timeout: timeoutMs,
      maxBuffer: 64 << 20,
      ...user,
    };
    execFile(command, args, options, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      // what apt and the loader have to say is at the end of a long output
      const said = `${stderr}${stdout}`.trim().split("\n").slice(-6).join("\n");
      const why = error.killed ? `did not end within ${timeoutMs} ms` : said || error.message;
      reject(new Error(`${[command, ...args].join(" ")}: ${why}`, { cause: error }));
    });
  });
}
