/** URLs that no waiting makes good: they must not be taken for a store that is away. */
import { inspect } from "node:util";
import { expect, it } from "vitest";
import { Archive, makeSink } from "../../src/index.ts";
import { onMemory } from "../support/on-memory.ts";

const urls = [
  "clickhouse://me:secret@127.0.0.1:1/db?nope=1",
  "clickhouse://me:secret%zz@127.0.0.1:1/db",
  "clickhouse://me:secret@h%zz/db",
  "elasticsearch://me:secret%zz@127.0.0.1:1",
  "elasticsearch://me:secret@h%zz",
];

it.each(urls)("%s is refused, without its password", async (url) => {
  await using sink = await makeSink(url);
  const error = await sink.open().catch((thrown) => thrown);
  expect(error).toMatchObject({ code: "ATTUNE_URL_INVALID" });
  // As it is printed: with its cause and all that they hold.
  expect(inspect(error, { depth: 10, showHidden: true })).not.toContain("secret");
});

it("an archive does not wait for it", async () => {
  const { transport } = await onMemory();
  await using sink = await makeSink(urls[0]!);
  await using archive = new Archive({ transport, sink });
  await expect(archive.run()).rejects.toMatchObject({ code: "ATTUNE_URL_INVALID" });
});
