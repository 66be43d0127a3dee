/** In which state a program has left its terminal. */

export interface TerminalModes {
  /** The other page, of full-screen programs. */
  alternateScreen: boolean;
  cursorShown: boolean;
  /** What is typed is shown. */
  echo: boolean;
  /** What is typed is edited by the terminal, and given in lines. */
  lines: boolean;
  /** Ctrl-C and Ctrl-Z are signals. */
  signals: boolean;
  /** A line break begins at the left. */
  lineBreaks: boolean;
  /** Other private modes (`CSI ? NUMBER h`) that were switched on and not off: 1000 (mouse), 2004 (bracketed paste). */
  leftOn: number[];
  /** Such that are on at first (7, wrapping), and were switched off and not on. */
  leftOff: number[];
}

/** As a shell wants it. */
export const saneModes: TerminalModes = {
  alternateScreen: false,
  cursorShown: true,
  echo: true,
  lines: true,
  signals: true,
  lineBreaks: true,
  leftOn: [],
  leftOff: [],
};

/** Have a field of their own. */
const known = [25, 47, 1047, 1048, 1049];
const onAtFirst = [7];

/** `flags`: tmux's alternate_on and cursor_flag. */
export function terminalModes(flags: string, stty: string, output: string): TerminalModes {
  const settings = new Set(stty.split(/[\s;]+/));
  const [alternate, cursor] = flags.split(" ");
  const state = new Map<number, boolean>();
  for (const [, numbers, ending] of output.matchAll(new RegExp(`${csi}\\?([\\d;]+)([hl])`, "g"))) {
    for (const number of numbers!.split(";").map(Number)) state.set(number, ending === "h");
  }
  const left = (on: boolean) =>
    [...state]
      .filter(([number, now]) => now === on && onAtFirst.includes(number) !== on && !known.includes(number))
      .map(([number]) => number)
      .sort((one, other) => one - other);
  return {
    alternateScreen: alternate === "1",
    cursorShown: cursor === "1",
    echo: settings.has("echo"),
    lines: settings.has("icanon"),
    signals: settings.has("isig"),
    lineBreaks: settings.has("opost") && settings.has("icrnl"),
    leftOn: left(true),
    leftOff: left(false),
  };
}

const csi = String.raw`\u001b\[`;
