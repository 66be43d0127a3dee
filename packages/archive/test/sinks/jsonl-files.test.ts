/** What JSONL files look like, and what becomes of those that somebody has damaged or not finished. */
import { appendFile, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { collected } from "../../src/conformance/collected.ts";
import { row, rows, written } from "../../src/conformance/rows.ts";
import { fromLine, toLine } from "../../src/sinks/jsonl/event-line.ts";
import { JsonlSink, type JsonlSinkOptions } from "../../src/sinks/jsonl/jsonl-sink.ts";

async function folderFor(options: JsonlSinkOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), "attune-jsonl-files-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const open = async () => {
    const sink = new JsonlSink(folder, options);
    onTestFinished(() => sink.close());
    await sink.open();
    return sink;
  };
  const files = async () => (await readdir(folder)).filter((name) => name.startsWith("events-")).sort();
  return { folder, open, files };
}

it("a line is an object in the wire's field names", async () => {
  const { folder, open, files } = await folderFor();
  await written(await open(), [row(1), row(2, { data: "no JSON" })]);
  const [name] = await files();
  expect(name).toBe("events-2026-05-06T07-08-09.011Z-000001.jsonl");
  const lines = (await readFile(join(folder, name!), "utf8")).trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      event_id: "1778051289011-0",
      event_type: "step",
      timestamp: "2026-05-06T07:08:09.011Z",
      source: "tester",
      data: { n: 1 },
    },
    {
      event_id: "1778051289012-0",
      event_type: "step",
      timestamp: "2026-05-06T07:08:09.012Z",
      source: "tester",
      raw_data: "no JSON",
    },
  ]);
});

it("data of several lines stands in one line, and comes back as it was", () => {
  const given = row(1, { data: '{\n  "a": "b\\nc"\r\n}' });
  const line = toLine(given);
  expect(line).not.toMatch(/[\r\n]/);
  expect(JSON.parse(line).data).toEqual({ a: "b\nc" });
  expect(fromLine(line)).toEqual(given);
});

it("a line that another program has put together in another order is read", () => {
  const line =
    '{"data": {"n": 1}, "source": "s", "timestamp": "2026-01-01T00:00:00Z", "event_type": "t", "event_id": "1-0"}';
  expect(fromLine(line)).toEqual({
    eventId: "1-0",
    eventType: "t",
    timestamp: new Date("2026-01-01T00:00:00Z"),
    source: "s",
    data: '{"n":1}',
  });
  expect(fromLine("{}")).toBeUndefined();
  expect(fromLine("no JSON")).toBeUndefined();
});

it("what was written without its position is cut off, a file that was begun so is removed", async () => {
  const { folder, open, files } = await folderFor({ maxFileBytes: 1024 });
  const sink = await open();
  await written(sink, rows(1, 3));
  const [name] = await files();
  // Longer than what is written over it.
  const lost = rows(4, 13).map((one) => `${toLine(one)}\n`);
  await appendFile(join(folder, name!), `${lost.join("")}{"event_id":"half`);
  await writeFile(join(folder, "events-2026-05-06T07-08-09.099Z-000002.jsonl"), `${toLine(row(4))}\n`);
  expect(await collected(sink.query({}))).toEqual(rows(1, 3));
  await written(sink, rows(4, 5));
  expect(await collected(sink.query({}))).toEqual(rows(1, 5));
  expect((await readFile(join(folder, name!), "utf8")).split("\n")).toHaveLength(6);
  await written(sink, rows(6, 20));
  await written(sink, rows(21, 22));
  expect(await collected(sink.query({}))).toEqual(rows(1, 22));
  expect(await files()).toHaveLength(2);
});

it("files rotate by size and are compressed, and all are read", async () => {
  const { folder, open, files } = await folderFor({ maxFileBytes: 1024, gzip: true });
  const sink = await open();
  for (let n = 0; n < 10; n++) await written(sink, rows(n * 20, n * 20 + 19));
  await sink.close();
  const names = await files();
  expect(names).toHaveLength(10);
  expect(names.filter((name) => name.endsWith(".gz"))).toHaveLength(9);
  expect(await collected((await open()).query({}))).toEqual(rows(0, 199));
  expect((await readdir(folder)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});

it("a file that is shorter than what was written to it is refused, and so is a damaged position", async () => {
  const { folder, open, files } = await folderFor();
  const sink = await open();
  await written(sink, rows(1, 3));
  const [name] = await files();
  await truncate(join(folder, name!), 10);
  await expect(written(sink, [row(4)])).rejects.toMatchObject({ code: "ATTUNE_SINK_REFUSED" });
  await writeFile(join(folder, "position.json"), '{"format":');
  await expect(sink.position("archive")).rejects.toMatchObject({ code: "ATTUNE_SINK_REFUSED" });
});

it("a folder that is away is ATTUNE_SINK_UNAVAILABLE, not an empty archive", async () => {
  const { folder, open } = await folderFor();
  const sink = await open();
  await written(sink, rows(1, 3));
  await rm(folder, { recursive: true });
  await expect(sink.position("archive")).rejects.toMatchObject({ code: "ATTUNE_SINK_UNAVAILABLE" });
  await expect(written(sink, [row(4)])).rejects.toMatchObject({ code: "ATTUNE_SINK_UNAVAILABLE" });
});
