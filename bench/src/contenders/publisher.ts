/** Starts the publisher's process and gives it orders. */
import { join } from "node:path";
import type { Setup } from "../harness/figure.ts";
import { Remote } from "../harness/remote.ts";

export async function startPublisher(setup: Setup): Promise<Remote> {
  const publisher = new Remote(join(import.meta.dirname, "publisher-process.ts"));
  await publisher.call("open", setup);
  return publisher;
}
