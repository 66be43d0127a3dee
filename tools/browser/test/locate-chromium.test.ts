/** Machines with other browsers, and with none: the error must say what was tried, and tests that need one are left out. */
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NotHereError } from "@attune-tools/database-servers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { locateChromium } from "../src/index.ts";

let folder: string;
const install = vi.fn<() => Promise<void>>();
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "attune-chromium-"));
  vi.stubEnv("ATTUNE_CHROMIUM", undefined);
  install.mockReset().mockRejectedValue(new Error("apt-get: no route to host"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function program(name: string, script: string): Promise<string> {
  const command = join(folder, name);
  await writeFile(command, `#!/bin/sh\n${script}\n`);
  await chmod(command, 0o755);
  return command;
}

const locate = () => locateChromium({ path: folder, install });

it("takes the first on the PATH that runs", async () => {
  await program("chromium", "echo 'needs the chromium snap' >&2; exit 1");
  await program("chromium-browser", "echo Firefox 150.0");
  const command = await program("google-chrome", "echo Google Chrome 140.0.7339.80");
  expect(await locate()).toEqual({ command, version: "Google Chrome 140.0.7339.80" });
  expect(install).not.toHaveBeenCalled();
});

it("takes the one that ATTUNE_CHROMIUM names, and no other", async () => {
  await program("chromium", "echo Chromium 1.0");
  const named = await program("mine", "echo Chromium 2.0");
  vi.stubEnv("ATTUNE_CHROMIUM", named);
  expect(await locate()).toEqual({ command: named, version: "Chromium 2.0" });
  vi.stubEnv("ATTUNE_CHROMIUM", join(folder, "none"));
  const error = await locate().catch((error: Error) => error);
  expect(String(error)).toMatch(/none.*ENOENT/);
  expect(error).not.toBeInstanceOf(NotHereError);
});

it("takes the one that was installed", async () => {
  install.mockImplementation(async () => void (await program("chromium", "echo Chromium 3.0")));
  expect(await locate()).toMatchObject({ version: "Chromium 3.0" });
});

it("says all that was tried where there is none", async () => {
  await program("chromium", "echo 'needs the chromium snap' >&2; exit 1");
  const error = await locate().catch((error: Error) => error);
  expect(error).toBeInstanceOf(NotHereError);
  expect(String(error)).toMatch(/no Chromium[\s\S]*needs the chromium snap[\s\S]*no route to host/);
});

describe("where there is none, a test that needs one", () => {
  const skip = vi.fn();
  const why = expect.stringMatching(/^NOT TESTED: no Chromium/);
  beforeEach(() => {
    skip.mockReset();
    vi.resetModules();
    vi.doMock("../src/install-chromium.ts", () => ({ installChromium: install }));
    vi.stubEnv("PATH", folder);
    vi.stubEnv("ATTUNE_TEST_REQUIRE_BROWSER", undefined);
  });
  afterEach(() => vi.doUnmock("../src/install-chromium.ts"));

  it("is left out, and says why", async () => {
    const { skipWithoutBrowser } = await import("../src/skip-without-browser.ts");
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    await skipWithoutBrowser({ skip });
    await skipWithoutBrowser({ skip });
    expect(skip.mock.calls).toEqual([[why], [why]]);
    expect(warn.mock.calls).toEqual([[why]]);
    warn.mockRestore();
  });

  it("fails where a browser is required", async () => {
    const { skipWithoutBrowser } = await import("../src/skip-without-browser.ts");
    vi.stubEnv("ATTUNE_TEST_REQUIRE_BROWSER", "1");
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    await expect(skipWithoutBrowser({ skip })).rejects.toThrow("NOT TESTED: no Chromium");
    expect(skip).not.toHaveBeenCalled();
    warn.mockRestore();
  });
});
