/** One browser for the tests of a file, and pages of it that are let in. */
import {
  type NewPageOptions,
  skipWithoutBrowser,
  startBrowser,
  type TestBrowser,
  type WatchedPage,
} from "@attune-tools/browser";
import { afterAll, beforeAll, beforeEach, onTestFinished } from "vitest";

export interface SharedBrowser {
  /** Without having been anywhere. */
  newPage(options?: NewPageOptions): Promise<WatchedPage>;
  /** At a path of a dashboard, signed in. */
  open(
    dashboard: { readonly url: string; readonly token: string },
    path: string,
    options?: NewPageOptions,
  ): Promise<WatchedPage>;
}

/** To be called at the top of a test file. */
export function sharedBrowser(): SharedBrowser {
  let browser: TestBrowser | undefined;
  beforeEach(skipWithoutBrowser);
  beforeAll(async () => {
    browser = await startBrowser().catch(() => undefined); // `skipWithoutBrowser` says why
  });
  afterAll(() => browser?.close());
  const newPage = async (options?: NewPageOptions) => {
    const page = await browser!.newPage(options);
    onTestFinished(() => page.close());
    return page;
  };
  return {
    newPage,
    async open({ url, token }, path, options) {
      const page = await newPage(options);
      await enter(page, { url, token }, path);
      return page;
    },
  };
}

/** By the link, as a person would. */
export async function enter(
  page: WatchedPage,
  { url, token }: { readonly url: string; readonly token: string },
  path: string,
): Promise<void> {
  await page.goto(`${url}${path}${path.includes("?") ? "&" : "?"}token=${token}`);
  await page.waitForURL(`${url}${path}`);
  await page.locator(".live-live").waitFor();
}
