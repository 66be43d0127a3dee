/** openTransport: which package speaks which scheme, and errors that help without telling a password. */
import { execFile } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, vi } from "vitest";
import { AttuneError, openTransport } from "../src/index.ts";

async function refusal(url: string): Promise<AttuneError> {
  const outcome = await openTransport(url).catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(AttuneError);
  return outcome as AttuneError;
}

describe("openTransport", () => {
  it.each([
    "",
    "memory",
    "postgres://u:hunter2@h",
    "//host",
    ":memory:",
    "redis",
    "re dis://x",
    "__proto__:x",
    "constructor:x",
  ])("refuses %j and says which schemes there are", async (url) => {
    const error = await refusal(url);
    expect(error.code).toBe("ATTUNE_URL_INVALID");
    for (const scheme of ["memory:", "sqlite:", "redis:", "rediss:"]) expect(error.message).toContain(scheme);
  });

  it.each([
    ["memory:", "@attune/transport-memory"],
    ["sqlite:user:hunter2@file", "@attune/transport-sqlite"],
    ["redis://user:hunter2@host", "@attune/transport-redis"],
    ["rediss://host", "@attune/transport-redis"],
  ])("names the package to install when there is none for %s", async (url, name) => {
    expect(await refusalWhereNothingIsInstalled(url)).toEqual({
      code: "ATTUNE_ADAPTER_MISSING",
      message: `This store needs the package ${name}: npm install ${name}`,
      details: { package: name },
    });
  });

  it.each([
    "postgres://user:hunter2@host/db",
    "hunter2",
    "redis:/user:hunter2@host",
    "redis://user:hunter2@host:port-that-is-none",
    "rediss://user:hunter2@host/db/more",
    "redis://user:hunter2@",
    "memory://user:hunter2@host",
  ])("never repeats what may be a password: %s", async (url) => {
    const error = await refusal(url);
    const told = [
      error.message,
      String(error.stack),
      JSON.stringify(error.details),
      String(error.cause),
    ].join("\n");
    // The stack begins with the message and goes on with places in the source, none of which is the URL.
    expect(told).not.toContain("hunter2");
  });

  it("takes the scheme in any case, and the URL from ATTUNE_URL", async () => {
    for (const url of ["memory:", "MEMORY:"]) {
      await using transport = await openTransport(url);
      expect([transport.name, transport.status]).toEqual(["memory", "available"]);
    }
    vi.stubEnv("ATTUNE_URL", "memory:");
    await using transport = await openTransport();
    expect(transport.name).toBe("memory");
    vi.unstubAllEnvs();
  });

  it("hands the options on", async () => {
    await using transport = await openTransport("memory:", {
      operationTimeoutMs: 777,
      onUnavailable: "throw",
    });
    expect([transport.operationTimeoutMs, transport.onUnavailable]).toEqual([777, "throw"]);
    await expect(openTransport("memory:", { operationTimeoutMs: 1 })).rejects.toMatchObject({
      code: "ATTUNE_ARGUMENT_INVALID",
    });
  });
});

/** From a copy of the sources in a folder of its own, without any node_modules above it. */
async function refusalWhereNothingIsInstalled(url: string): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), "attune-open-"));
  try {
    await cp(new URL("../src", import.meta.url), join(folder, "src"), { recursive: true });
    const program = `
      const { openTransport } = await import("./src/open.ts");
      const { code, message, details } = await openTransport(process.argv[1]).catch((error) => error);
      console.log(JSON.stringify({ code, message, details }));
    `;
    const args = ["--input-type=module", "--eval", program, url];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder });
    return JSON.parse(stdout);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
