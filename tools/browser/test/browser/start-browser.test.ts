/** What a browser leaves behind: nothing. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { beforeEach, expect, it } from "vitest";
import { processesOf } from "../../src/browser-processes.ts";
import { skipWithoutBrowser, startBrowser } from "../../src/index.ts";

beforeEach(skipWithoutBrowser);
const hasProcesses = process.platform === "linux";

it("leaves no process and no file, and is closed twice", async () => {
  const browser = await startBrowser();
  expect(browser.version).toMatch(/^\d+\.\d/);
  await browser.newPage();
  expect(existsSync(browser.folder)).toBe(true);
  if (hasProcesses) expect(processesOf(browser.folder).length).toBeGreaterThan(1);
  await browser.close();
  expect(processesOf(browser.folder)).toEqual([]);
  expect(existsSync(browser.folder)).toBe(false);
  await browser.close();
});

it("fails at its end for a page with problems that nobody has closed, and leaves nothing then", async () => {
  const browser = await startBrowser();
  const page = await browser.newPage();
  await page.evaluate("console.error('broken')");
  await expect(browser.close()).rejects.toThrow("console.error: broken");
  expect(processesOf(browser.folder)).toEqual([]);
  expect(existsSync(browser.folder)).toBe(false);
});

it.runIf(hasProcesses)("leaves nothing when the process that started it is killed", async () => {
  const script = fileURLToPath(new URL("scripts/starts-and-waits.ts", import.meta.url));
  const starter = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(createInterface(starter.stdout), "line");
  const folder = String(line);
  expect(processesOf(folder).length).toBeGreaterThan(1);
  starter.kill("SIGKILL");
  while (processesOf(folder).length > 0 || existsSync(folder)) await sleep(20);
});
