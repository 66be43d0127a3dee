/** A folder of a test's own, with a store in it that the test and the command share. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openTransport, type Transport } from "@attune/transport";
import { onTestFinished } from "vitest";

export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "attune-cli-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** What the command finds without a word: `.attune/attune.db` of the folder. */
export async function embeddedStore(folder: string): Promise<Transport> {
  const transport = await openTransport(`sqlite:${join(folder, ".attune/attune.db")}`);
  onTestFinished(() => transport.close());
  return transport;
}
