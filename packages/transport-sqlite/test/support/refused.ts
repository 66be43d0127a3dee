/** What has to hold for every file that cannot be opened. */
import { dirname } from "node:path";
import { AttuneError, type ErrorCode, silentLogger } from "@attune/transport";
import { manualClock } from "@attune/transport-conformance";
import { createSqliteTransport } from "@attune/transport-sqlite";
import { expect } from "vitest";
import { folderState, openBelow } from "./folder-state.ts";

export interface Refusal {
  readonly code: ErrorCode;
  /** What the message says is wrong. */
  readonly says: RegExp;
  /** In which nothing may change. Default: that of the file. */
  readonly folder?: string;
}

/** Tries to open it: refused at once with an error that says what to do, nothing changed, nothing left open or pending. */
export async function expectRefused(
  path: string,
  { code, says, folder = dirname(path) }: Refusal,
): Promise<void> {
  const before = folderState(folder);
  const clock = manualClock();
  const outcome = await createSqliteTransport({ path, clock, logger: silentLogger }).then(
    async (transport) => {
      const { status } = transport;
      await transport.close();
      return `it was opened, and is ${status}`;
    },
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(AttuneError);
  const error = outcome as AttuneError;
  expect(error.code).toBe(code);
  expectHelp(error, path, says);
  expect(folderState(folder)).toEqual(before);
  expect(openBelow(folder)).toEqual([]);
  expect(clock.pendingTimers).toBe(0);
}

/** The message names the file, what is wrong with it, and what to do. */
export function expectHelp(
  { message, details }: { readonly message: string; readonly details: unknown },
  path: string,
  says: RegExp,
): void {
  expect(details).toMatchObject({ path });
  expect(message).toContain(path);
  expect(message).toMatch(says);
  expect(message).toMatch(/name another file with sqlite:PATH|Name a file on a local disk/);
}
