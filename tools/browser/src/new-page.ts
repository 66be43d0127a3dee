/** Opens a page that keeps what goes wrong in it. */
import type { Browser, BrowserContext, BrowserContextOptions, ConsoleMessage, Page } from "playwright-core";
import { isElsewhere } from "./this-machine.ts";

/** Playwright's options of a context; the language is English and the time zone UTC where they do not say it. */
export interface NewPageOptions extends BrowserContextOptions {
  /** Problems that are none, for a test that provokes them: a server that is away, a refused login. */
  expected?: readonly RegExp[];
}

export interface WatchedPage extends Page {
  /**
   * Errors that nobody caught, errors on the console (a violated Content-Security-Policy is one), crashes, and requests to
   * other machines, which are refused; of this page and of all that it opened. Those that a test takes out count no longer.
   */
  readonly problems: string[];
  /** Closes it with all that it opened, and throws where there are problems. Twice is fine. */
  close(): Promise<void>;
}

export async function newPage(
  browser: Browser,
  { expected = [], ...options }: NewPageOptions,
): Promise<WatchedPage> {
  const context = await browser.newContext({ locale: "en-US", timezoneId: "UTC", ...options });
  const problems: string[] = [];
  watch(context, (problem) => {
    if (!expected.some((pattern) => pattern.test(problem))) problems.push(problem);
  });
  const page = await context.newPage();
  const endAll = async () => {
    await context.close();
    if (problems.length > 0) throw new Error(`the page had problems:\n${problems.join("\n")}`);
  };
  let ended: Promise<void> | undefined;
  return Object.assign(page, { problems, close: () => (ended ??= endAll()) });
}

function watch(context: BrowserContext, report: (problem: string) => void): void {
  context.on("console", (message) => {
    if (message.type() === "error" || message.type() === "assert") report(textOf(message));
  });
  context.on("weberror", (error) => report(`uncaught: ${error.error().stack ?? error.error()}`));
  context.on("request", (request) => {
    if (isElsewhere(request.url())) report(`request to another machine: ${request.url()}`);
  });
  context.on("page", (page) => {
    page.on("crash", () => report(`crashed: ${page.url()}`));
    page.on("websocket", (socket) => {
      if (isElsewhere(socket.url())) report(`request to another machine: ${socket.url()}`);
    });
  });
}

function textOf(message: ConsoleMessage): string {
  const { url, line, column } = message.location();
  const where = url ? ` (${url}:${line + 1}:${column + 1})` : "";
  return `console.${message.type()}: ${message.text()}${where}`;
}
