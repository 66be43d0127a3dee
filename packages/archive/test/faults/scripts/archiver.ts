/** A process that archives until it is killed, and tells its parent of each batch. */
import { openTransport } from "@attune/transport";
import { Archive, openSink } from "../../../src/index.ts";

const { from, to, count } = JSON.parse(process.argv[2]!);
const transport = await openTransport(from);
// Small files, so that many are begun and compressed on the way.
const sink = await openSink(to, { maxFileBytes: 20_000, gzip: true });
const archive = new Archive({
  transport,
  sink,
  batch: { count, waitMs: 1 },
  takeOverMs: 100,
  onProgress: ({ batches }) => process.send?.(batches),
});
await archive.run();
