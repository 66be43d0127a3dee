/** Machines without tmux: the error must say what was tried, and tests that need one are left out. */
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NotHereError } from "@attune-tools/database-servers";
import { afterEach, expect, it, vi } from "vitest";
import { locateTmux, skipWithoutTerminal } from "../src/index.ts";

const programFromApt = vi.hoisted(() => vi.fn());
vi.mock("@attune-tools/redis-server", async (original) => ({
  ...(await original<typeof import("@attune-tools/redis-server")>()),
  programFromApt,
}));
afterEach(() => vi.unstubAllEnvs());

it("takes the one that apt fetched, from where it was unpacked", async () => {
  programFromApt.mockResolvedValue({ command: "/cache/tmux", env: { LD_LIBRARY_PATH: "/cache/lib" } });
  expect(await locateTmux("/nonexistent")).toMatchObject({
    command: "/cache/tmux",
    env: { LD_LIBRARY_PATH: "/cache/lib" },
  });
});

it("takes none that is too old or does not run, and says so", async () => {
  programFromApt.mockRejectedValue(new Error("apt-get update: no route to host"));
  const folder = await mkdtemp(join(tmpdir(), "attune-old-tmux-"));
  try {
    const old = join(folder, "tmux");
    await writeFile(old, "#!/bin/sh\necho tmux 3.1c\n");
    await chmod(old, 0o755);
    const error = await locateTmux(folder).catch((error: Error) => error);
    expect(error).toBeInstanceOf(NotHereError);
    expect(String(error)).toMatch(/not tmux 3.2 or later: tmux 3.1c/);
    expect(String(error)).toMatch(/no route to host/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

it("leaves a test out that needs one, and says why", async () => {
  vi.stubEnv("PATH", "/nonexistent");
  programFromApt.mockRejectedValue(new Error("apt-get update: no route to host"));
  const skip = vi.fn();
  const warn = vi.spyOn(console, "warn").mockReturnValue();
  await skipWithoutTerminal({ skip });
  await skipWithoutTerminal({ skip });
  const why = expect.stringMatching(/^NOT TESTED: no tmux[\s\S]*no route to host/);
  expect(skip.mock.calls).toEqual([[why], [why]]);
  expect(warn.mock.calls).toEqual([[why]]);
  warn.mockRestore();
});
