/** Pages of one browser: what they show, what goes wrong in them, how accessible and how smooth they are. */
import { afterAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import {
  findAxeProblems,
  measureFrames,
  type NewPageOptions,
  skipWithoutBrowser,
  startBrowser,
  type TestBrowser,
  type WatchedPage,
} from "../../src/index.ts";
import { type PageServer, startPageServer } from "./page-server.ts";

let server: PageServer | undefined;
let browser: TestBrowser | undefined;
beforeEach(async (context) => {
  await skipWithoutBrowser(context);
  server ??= await startPageServer();
  browser ??= await startBrowser({ width: 900, height: 700 });
});
afterAll(async () => {
  await browser?.close();
  await server?.[Symbol.asyncDispose]();
});

async function open(path: string, options?: NewPageOptions): Promise<WatchedPage> {
  const page = await browser!.newPage(options);
  onTestFinished(() => page.close());
  await page.goto(`${server!.url}${path}`);
  return page;
}

/** Taken out, so that they do not fail the test; waits, since a page reports when it likes. */
async function problemsOf(page: WatchedPage, count: number): Promise<string[]> {
  await expect.poll(() => page.problems.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(count);
  return page.problems.splice(0).sort();
}

describe("a page", () => {
  it("is drawn in the size asked for, and can be clicked", async () => {
    const page = await open("/good");
    expect(await page.evaluate("[innerWidth, innerHeight]")).toEqual([900, 700]);
    await page.getByRole("button").click();
    await page.getByRole("button", { name: "1", exact: true }).waitFor();
    expect(page.problems).toEqual([]);
    const narrow = await open("/good", { viewport: { width: 400, height: 300 } });
    expect(await narrow.evaluate("innerWidth")).toBe(400);
  });

  it("shares nothing with another one", async () => {
    const [one, other] = [await open("/good"), await open("/good")];
    await one.evaluate("localStorage.mine = 'value'; document.cookie = 'a=b'");
    expect(await one.evaluate("localStorage.mine + document.cookie")).toBe("valuea=b");
    expect(await other.evaluate("String(localStorage.mine) + document.cookie")).toBe("undefined");
  });

  it("says what is wrong on its console", async () => {
    const page = await open("/good");
    await page.evaluate(
      "console.warn('a warning'); console.log('a line'); console.error('broken', { a: 1 })",
    );
    expect(await problemsOf(page, 1)).toEqual([expect.stringMatching(/^console\.error: broken \{a: 1\}/)]);
  });

  it("says which errors nobody caught", async () => {
    const page = await open("/good");
    await page.evaluate(() => {
      setTimeout(() => {
        throw new Error("thrown");
      }, 0);
      void Promise.reject(new Error("rejected"));
    });
    expect(await problemsOf(page, 2)).toEqual([
      expect.stringMatching(/^uncaught: Error: rejected/),
      expect.stringMatching(/^uncaught: Error: thrown/),
    ]);
  });

  it("says what its Content-Security-Policy forbids", async () => {
    const page = await open("/inline");
    expect(await problemsOf(page, 1)).toEqual([
      expect.stringMatching(/^console\.error: .*Content Security Policy.*\/inline:1:1\)$/),
    ]);
    expect(await page.title()).toBe("Test");
  });

  it("says so when it crashes", async () => {
    const page = await open("/good");
    await page.goto("chrome://crash").catch(() => {});
    expect(await problemsOf(page, 1)).toEqual([expect.stringMatching(/^crashed: /)]);
  });

  it("fails the test that closes it", async () => {
    const page = await browser!.newPage();
    await page.goto(`${server!.url}/good`);
    await page.evaluate("console.error('broken')");
    await expect(page.close()).rejects.toThrow(/the page had problems:\nconsole\.error: broken/);
    await expect(page.close()).rejects.toThrow(/the page had problems/);
    expect(page.isClosed()).toBe(true);
  });

  it("does not fail it for what was expected", async () => {
    const page = await browser!.newPage({ expected: [/status of 404/] });
    await page.goto(`${server!.url}/nothing`);
    await page.close();
    expect(page.problems).toEqual([]);
  });

  it("also watches what it opened", async () => {
    const page = await open("/good");
    const [popup] = await Promise.all([page.waitForEvent("popup"), page.evaluate("void open('/inline')")]);
    await popup.waitForLoadState();
    expect(await problemsOf(page, 1)).toEqual([expect.stringContaining("/inline")]);
    await page.close();
    expect(popup.isClosed()).toBe(true);
  });
});

describe("another machine", () => {
  it("is not asked for a page", async () => {
    const page = await browser!.newPage();
    onTestFinished(() => page.close());
    for (const address of ["http://example.com/", "http://192.0.2.1/"]) {
      await expect(page.goto(address)).rejects.toThrow("ERR_NAME_NOT_RESOLVED");
      expect(await problemsOf(page, 1)).toContain(`request to another machine: ${address}`);
    }
  });

  it("is not asked for a part of one, whatever the page's policy allows", async () => {
    const page = await open("/plain");
    const outcome = await page.evaluate(`Promise.all([
      fetch("https://example.com/data.json").then(() => "came", () => "refused"),
      new Promise((resolve) => {
        const socket = new WebSocket("ws://192.0.2.1/live");
        socket.onopen = () => resolve("came");
        socket.onclose = () => resolve("refused");
      }),
    ])`);
    expect(outcome).toEqual(["refused", "refused"]);
    // Besides each, the console says that it failed.
    const problems = (await problemsOf(page, 4)).filter((problem) => !problem.startsWith("console."));
    expect(problems).toEqual([
      "request to another machine: https://example.com/data.json",
      "request to another machine: ws://192.0.2.1/live",
    ]);
  });
});

describe("accessibility", () => {
  it("is fine on a good page", async () => {
    expect(await findAxeProblems(await open("/good"))).toEqual([]);
  });

  it("names what is wrong and where, in frames too", async () => {
    const found = await findAxeProblems(await open("/bad"));
    expect(found.sort()).toEqual([
      expect.stringMatching(/^critical button-name, #nameless: Buttons must have discernible text \(.+\)$/),
      expect.stringMatching(/^critical image-alt, #silent: Images must have alternative text \(.+\)$/),
      expect.stringMatching(/^critical image-alt, iframe #inner: Images must have alternative text \(.+\)$/),
    ]);
  });
});

describe("frames", () => {
  it("are counted", async () => {
    const { framesPerSecond, longestMs } = await measureFrames(await open("/good"), 500);
    expect(framesPerSecond).toBeGreaterThan(0);
    expect(framesPerSecond).toBeLessThan(1000);
    expect(longestMs).toBeGreaterThan(0);
  });

  it("are missed while a script is busy", async () => {
    const page = await open("/good");
    await page.evaluate(`setTimeout(() => {
      for (const end = performance.now() + 400; performance.now() < end; );
    }, 200)`);
    const { longestMs } = await measureFrames(page, 300);
    expect(longestMs).toBeGreaterThanOrEqual(350);
  });

  it("are none where nothing is drawn", async () => {
    const page = await open("/good");
    await page.evaluate("void (window.requestAnimationFrame = () => 0)");
    const { framesPerSecond, longestMs } = await measureFrames(page, 200);
    expect(framesPerSecond).toBe(0);
    expect(longestMs).toBeGreaterThanOrEqual(195); // the clock of a page is coarse
  });
});
