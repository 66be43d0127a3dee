/** Ways to lose a file that is in use, and what a test of them needs. */
import { renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createSqliteTransport } from "@attune/transport-sqlite";
import { expect } from "vitest";
import { openRemoteTransport } from "../remote/open-remote-transport.ts";
import type { RemoteProcess } from "../remote/remote-process.ts";
import { collectWarnings, type Opened, open, toRequest, valuesIn } from "./opened.ts";
import { scratchFolder } from "./scratch-folder.ts";
import { until } from "./until.ts";

export interface Loss {
  readonly what: string;
  /** Makes what will be put in the place, before anything is in use. */
  prepare?(path: string): Promise<void>;
  happen(path: string): void;
  /** Whether what was stored before is there afterwards: all of it, none, or what was written back by then. */
  readonly keeps: "all" | "none" | "some";
  /** What the file that lies there then holds of somebody else's. */
  readonly brings?: readonly unknown[];
  /** What is told of it. */
  readonly says: RegExp;
}

/** A place for what will be put at the path. */
const elsewhere = (path: string) => join(dirname(dirname(path)), "elsewhere.db");

export const losses: readonly Loss[] = [
  {
    what: "the file is removed",
    happen: (path) => rmSync(path),
    keeps: "none",
    says: /was removed/,
  },
  {
    what: "the file is removed with its log",
    happen: (path) => removeEach(path, ["-wal", "-shm", ""]),
    keeps: "none",
    says: /was removed/,
  },
  {
    what: "the whole folder is removed",
    happen: (path) => rmSync(dirname(path), { recursive: true }),
    keeps: "none",
    says: /was removed/,
  },
  {
    what: "another file of @attune is moved over it",
    async prepare(path) {
      const other = await createSqliteTransport({ path: elsewhere(path) });
      await other.streams.append([toRequest("t", "of the other")]);
      await other.close();
    },
    happen: (path) => renameSync(elsewhere(path), path),
    keeps: "none",
    brings: ["of the other"],
    says: /was (removed or )?replaced/,
  },
  {
    what: "its log is removed",
    happen: (path) => removeEach(path, ["-wal", "-shm"]),
    keeps: "some",
    says: /log .*was removed/,
  },
];

function removeEach(path: string, endings: readonly string[]): void {
  for (const ending of endings) rmSync(`${path}${ending}`);
}

/** A file in a folder of its own, in use and written to. */
export async function inUse(loss: Pick<Loss, "prepare">): Promise<Opened & { readonly path: string }> {
  const path = join(scratchFolder(), "store", "attune.db");
  await loss.prepare?.(path);
  const opened = await open({ path });
  await opened.transport.streams.append([toRequest("t", "before")]);
  return { ...opened, path };
}

/** It was away, and is back. */
export async function untilReopened({ statuses, transport }: Opened): Promise<void> {
  await until(
    "it is noticed and mended",
    () => statuses.includes("unavailable") && transport.status === "available",
  );
}

/** What another process, which shares nothing with those who use the file, finds at the path; without a warning. */
export async function valuesAt(onlooker: RemoteProcess, path: string): Promise<unknown[]> {
  const { warnings, logger } = collectWarnings();
  const transport = await openRemoteTransport(onlooker, `sqlite:${path}`, { logger });
  const values = await valuesIn(transport, "t");
  await transport.close();
  expect(warnings).toEqual([]);
  return values;
}

export function integrityOf(path: string): unknown {
  const db = new DatabaseSync(path);
  try {
    return db.prepare("PRAGMA integrity_check").all();
  } finally {
    db.close();
  }
}

export const sound = [{ integrity_check: "ok" }];
