/** diagnose: finds the adapter as openTransport does, and gives it checked options. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { diagnose, systemClock } from "../src/index.ts";
import * as opening from "../src/open.ts";

describe("diagnose", () => {
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  });

  it.each(["postgres://u:hunter2@h", "hunter2"])("refuses %s as opening does", async (url) => {
    const refusal = (await diagnose(url).catch((error: unknown) => error)) as Error;
    expect(refusal).toMatchObject({ code: "ATTUNE_URL_INVALID" });
    expect(refusal.message).not.toContain("hunter2");
  });

  it.each([{ operationTimeoutMs: 9 }, { operationTimeoutMs: 60_001 }, { prefix: "x".repeat(257) }])(
    "refuses %j before anything is asked",
    async (options) => {
      await expect(diagnose("redis://192.0.2.1", options)).rejects.toMatchObject({
        code: "ATTUNE_ARGUMENT_INVALID",
      });
    },
  );

  it("takes the environment's URL, and completes the options", async () => {
    const asked = vi.fn(async () => []);
    const adapterOf = vi.spyOn(opening, "adapterOf");
    adapterOf.mockResolvedValue({ openTransport: vi.fn(), diagnose: asked });
    vi.stubEnv("ATTUNE_URL", "redis://elsewhere");
    expect(await diagnose()).toEqual([]);
    const complete = { prefix: "empathy:", operationTimeoutMs: 2000, clock: systemClock };
    expect(asked).toHaveBeenCalledExactlyOnceWith("redis://elsewhere", complete);
    expect(adapterOf).toHaveBeenCalledWith("redis://elsewhere");
  });

  it("says so of an adapter that cannot look at its store", async () => {
    vi.spyOn(opening, "adapterOf").mockResolvedValue({ openTransport: vi.fn() });
    expect(await diagnose("redis://elsewhere")).toMatchObject([
      { check: "adapter", outcome: "unknown", remedy: expect.stringContaining("Update") },
    ]);
  });
});
