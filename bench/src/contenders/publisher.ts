/** Starts the publisher's process and gives it orders. */
import { join } from "node:path";
import type { Setup } from "../harness/figure.ts";
import { Remote } from "../harness/remote.ts";
import type { OpenPublisher } from "./publisher-process.ts";

export async function startPublisher(setup: Setup, kind: OpenPublisher["kind"] = "ioredis"): Promise<Remote> {
  const publisher = new Remote(join(import.meta.dirname, "publisher-process.ts"));
  await publisher.call("open", { ...setup, kind } satisfies OpenPublisher);
  return publisher;
}
