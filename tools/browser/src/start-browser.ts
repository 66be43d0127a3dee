/** Starts a Chromium without a window, with a new profile, that reaches this machine only. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { endProcessesOf } from "./browser-processes.ts";
import { locateChromium } from "./locate-chromium.ts";
import { type NewPageOptions, newPage, type WatchedPage } from "./new-page.ts";
import { removeWhenOrphaned } from "./remove-when-orphaned.ts";
import { hosts } from "./this-machine.ts";

export interface StartBrowserOptions {
  /** Of a page, in CSS pixels, where the page does not say it. Default 1280. */
  width?: number;
  /** Default 800. */
  height?: number;
}

export interface TestBrowser extends AsyncDisposable {
  /** "140.0.7339.80" */
  readonly version: string;
  /** Its profile, and all else that it writes. */
  readonly folder: string;
  /** A page with storage and cookies of its own. */
  newPage(options?: NewPageOptions): Promise<WatchedPage>;
  /** Ends it and removes its folder; then fails for pages with problems that nobody has closed. Twice is fine. */
  close(): Promise<void>;
}

const args = [
  "--disable-gpu",
  "--disable-quic",
  // A proxy would resolve names for it.
  "--no-proxy-server",
  // Whatever asks, a page, its worker or the browser itself.
  `--host-resolver-rules=MAP * ~NOTFOUND, ${hosts.map((host) => `EXCLUDE ${host}`).join(", ")}`,
];

/** Throws `NotHereError` where there is no Chromium. */
export async function startBrowser({
  width = 1280,
  height = 800,
}: StartBrowserOptions = {}): Promise<TestBrowser> {
  const { command } = await locateChromium();
  const folder = await mkdtemp(join(tmpdir(), "attune-browser-"));
  const orphan = removeWhenOrphaned(folder);
  const removeAll = async () => {
    await endProcessesOf(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    orphan.cancel();
  };
  try {
    const browser = await launch(command, folder);
    const pages = new Set<WatchedPage>();
    const endAll = async () => {
      const closed = await Promise.allSettled([...pages].map((page) => page.close()));
      try {
        await browser.close();
      } finally {
        await removeAll();
      }
      const failed = closed.find((result) => result.status === "rejected");
      if (failed) throw failed.reason;
    };
    let ended: Promise<void> | undefined;
    const close = () => (ended ??= endAll());
    return {
      version: browser.version(),
      folder,
      close,
      [Symbol.asyncDispose]: close,
      async newPage(options) {
        const page = await newPage(browser, { viewport: { width, height }, ...options });
        pages.add(page);
        page.context().once("close", () => pages.delete(page));
        return page;
      },
    };
  } catch (error) {
    await removeAll();
    throw error;
  }
}

async function launch(executablePath: string, folder: string): Promise<Browser> {
  const { DISPLAY, XDG_CONFIG_HOME, XDG_CACHE_HOME, XDG_DATA_HOME, ...inherited } = process.env;
  // Only so can the folder be chosen; what it gives is one context, beside which there can be others.
  const context = await chromium.launchPersistentContext(join(folder, "profile"), {
    executablePath,
    headless: true,
    chromiumSandbox: false, // as root there is none, and only our own pages are loaded
    args,
    artifactsDir: join(folder, "artifacts"),
    env: { ...inherited, HOME: folder, TMPDIR: folder },
  });
  const browser = context.browser();
  if (!browser) throw new Error("Playwright gives no browser with a persistent context");
  return browser;
}
