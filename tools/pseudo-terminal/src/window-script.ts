/** What runs in the window: a shell that starts the program, and stays behind it to see how it left the terminal. */

export interface WindowScriptOptions {
  /** For the files `start`, `exit-code` and `stty`. */
  dir: string;
  command: readonly string[];
  env: Readonly<Record<string, string>>;
  cwd: string;
  /** Written to the terminal after all that the program wrote: no terminal shows it. */
  endMark: string;
}

/** The program waits until the file `start` is there: what it writes before somebody listens would be lost. */
export function windowScript({ dir, command, env, cwd, endMark }: WindowScriptOptions): string {
  const variables = Object.entries(env).map(([name, value]) => quoted(`${name}=${value}`));
  // A trap with a command is not inherited, so that the program ends at Ctrl-C, and the shell does not.
  return `trap : INT QUIT
cd ${quoted(dir)} || exit
until [ -e start ]; do sleep 0.01; done
(cd ${quoted(cwd)} && exec env -i ${variables.join(" ")} ${command.map(quoted).join(" ")})
code=$?
trap '' INT QUIT
stty -a > stty
echo $code > exit-code
printf %s ${quoted(endMark)}
exec sleep 1000000
`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
