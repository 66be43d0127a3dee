/** Runs a program in a real terminal for tests: its keys, its screen, and what it leaves behind. */
export { type LocatedTmux, locateTmux } from "./locate-tmux.ts";
export { skipWithoutTerminal } from "./skip-without-terminal.ts";
export { type StartTerminalOptions, startTerminal } from "./start-terminal.ts";
export type { Terminal, UntilOptions } from "./terminal.ts";
export { saneModes, type TerminalModes } from "./terminal-modes.ts";
