/** The whole screen of a terminal for a while; whatever ends it, the terminal is as it was before. */
import type { Session } from "../session/session.ts";
import { holdStderr } from "./held-stderr.ts";
import type { Press } from "./press.ts";
import type { Size } from "./size.ts";

export interface LiveScreenOptions {
  /** As many lines as there are rows, none wider than the screen. */
  readonly picture: (size: Size) => readonly string[];
  /** One key, or several that came together. */
  readonly onPresses: (presses: readonly Press[]) => void;
  /** Something was written to stderr; it is written after the end. */
  readonly onStderr: (text: string) => void;
}

export interface LiveScreen extends AsyncDisposable {
  redraw(): void;
  /** With an error `ended` rejects. */
  end(error?: unknown): void;
  /** Once it has ended: by `end`, by Ctrl-C or another signal, or by an error that nobody has caught. */
  readonly ended: Promise<unknown>;
}

/** So many pictures a second at most, keys included. */
const maxFps = 30;

export async function liveScreen(
  { surroundings, signal }: Session,
  { picture, onPresses, onStderr }: LiveScreenOptions,
): Promise<LiveScreen> {
  // React looks once, when it is loaded; what it is for development is several times slower.
  process.env.NODE_ENV ||= "production";
  const { createElement, render, Screen } = await import("./screen.ts");
  const redraws = new Set<() => void>();
  const held = holdStderr(surroundings.stderr, onStderr);
  let last: readonly string[] = [];
  const app = render(
    createElement(Screen, {
      picture: (size) => {
        try {
          last = picture(size);
        } catch (error) {
          // An error inside of a drawing would also keep the last picture from being drawn, and the screen from being left.
          setImmediate(() => end(error));
        }
        return last;
      },
      onPresses,
      // In this mode the terminal makes no signal of it.
      onInterrupt: () => void process.kill(process.pid, "SIGINT"),
      redraws,
      reads: surroundings.stdin.isTTY === true,
    }),
    {
      stdin: surroundings.stdin as NodeJS.ReadStream,
      stdout: surroundings.stdout as NodeJS.WriteStream,
      interactive: true,
      alternateScreen: true,
      incrementalRendering: true,
      exitOnCtrlC: false,
      patchConsole: false,
      maxFps,
    },
  );
  let failure: Error | undefined;
  const end = (error?: unknown) => {
    if (error !== undefined) failure ??= error instanceof Error ? error : new Error(String(error));
    app.unmount();
  };
  const ended = app.waitUntilExit().then(() => {
    if (failure) throw failure;
  });
  ended.catch(() => {}); // looked at by whom it concerns
  const onAbort = () => end();
  process.on("uncaughtException", end);
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
  return {
    ended,
    end,
    redraw() {
      for (const redraw of redraws) redraw();
    },
    async [Symbol.asyncDispose]() {
      end();
      await ended.catch(() => {});
      signal.removeEventListener("abort", onAbort);
      process.off("uncaughtException", end);
      held[Symbol.dispose]();
    },
  };
}
