/** The Elasticsearch sink against the mock of its client: there is no Elasticsearch in these tests. */
import { describe, expect, it } from "vitest";
import { sinkConformance } from "../../src/conformance/index.ts";
import { batch, cursorAt, row, rows } from "../../src/conformance/rows.ts";
import { ElasticsearchSink } from "../../src/sinks/elasticsearch/index.ts";
import { MockElasticsearch } from "./support/mock-elasticsearch.ts";

const spaces = new Map<string, MockElasticsearch>();

function mockOf(space: string): MockElasticsearch {
  if (!spaces.has(space)) spaces.set(space, new MockElasticsearch());
  return spaces.get(space)!;
}

sinkConformance({
  name: "Elasticsearch (a mock)",
  open: async (space) => new ElasticsearchSink({ client: mockOf(space).client() }),
  remove: async (space) => void spaces.delete(space),
  async outage(space) {
    mockOf(space).isAway = true;
    return async () => {
      mockOf(space).isAway = false;
    };
  },
});

describe("the Elasticsearch sink", () => {
  async function opened() {
    const mock = new MockElasticsearch();
    const sink = new ElasticsearchSink({ client: mock.client() });
    await sink.open();
    return { mock, sink };
  }

  it("keeps rows once whose bulk was carried out without an answer", async () => {
    const { mock, sink } = await opened();
    mock.lostAnswers = 1;
    await expect(sink.write(batch(rows(1, 10)))).rejects.toMatchObject({ code: "ATTUNE_SINK_UNAVAILABLE" });
    expect(mock.count("events")).toBe(10);
    expect(await sink.position("archive")).toMatchObject({ version: 0 });
    expect(await sink.write(batch(rows(1, 12)))).toEqual({ outcome: "written" });
    expect(mock.count("events")).toBe(12);
  });

  it("refuses rows that Elasticsearch answers with 400, with its reason, and keeps the position", async () => {
    const { mock, sink } = await opened();
    mock.reject = ({ event_id }) =>
      event_id === row(2).eventId
        ? { status: 400, type: "document_parsing_exception", reason: "failed to parse" }
        : undefined;
    expect(await sink.write(batch(rows(1, 3)))).toEqual({
      outcome: "refused",
      refusals: [{ index: 1, reason: "document_parsing_exception: failed to parse" }],
    });
    expect(await sink.position("archive")).toMatchObject({ version: 0 });
    expect(await sink.write(batch([row(1), row(3)]))).toEqual({ outcome: "written" });
    expect(mock.count("events")).toBe(2);
  });

  it.each([
    [429, "es_rejected_execution_exception", "ATTUNE_SINK_UNAVAILABLE"],
    [503, "unavailable_shards_exception", "ATTUNE_SINK_UNAVAILABLE"],
    [403, "cluster_block_exception", "ATTUNE_SINK_UNAVAILABLE"],
    [403, "security_exception", "ATTUNE_SINK_REFUSED"],
  ])("takes a row that is answered with %i %s for %s", async (status, type, code) => {
    const { mock, sink } = await opened();
    mock.reject = () => ({ status, type, reason: "so it is" });
    await expect(sink.write(batch([row(1)]))).rejects.toMatchObject({ code });
    mock.reject = () => undefined;
    expect(await sink.write(batch([row(1)]))).toEqual({ outcome: "written" });
  });

  it("makes an object of data that can be searched, and keeps the text of all", async () => {
    const { mock, sink } = await opened();
    const deep = `${'{"a":'.repeat(21)}1${"}".repeat(21)}`;
    const given = ['{"a":{"b":1}}', "[1]", "no JSON", '{"x\\u0000":1}', deep];
    await sink.write(batch(given.map((data, index) => row(index, { data }))));
    const documents = [...mock.indices.get("events")!.values()].map(({ source }) => source);
    expect(documents.map(({ data }) => data)).toEqual(given);
    expect(documents.map(({ object }) => object)).toEqual([{ a: { b: 1 } }, ...Array(4).fill(undefined)]);
  });

  it("asks for more than one page of rows, and ends with the limit", async () => {
    const { sink } = await opened();
    await sink.write(batch(rows(1, 2500)));
    const found: string[] = [];
    for await (const { eventId } of sink.query({ limit: 2100 })) found.push(eventId);
    expect(found).toEqual(rows(1, 2100).map(({ eventId }) => eventId));
  });

  it("moves the position only if nobody else has since", async () => {
    const { mock, sink } = await opened();
    const other = new ElasticsearchSink({ client: mock.client() });
    await sink.write(batch([row(1)]));
    const outcomes = await Promise.all(
      [sink, other].map((one) => one.write(batch([row(2)], { afterVersion: 1, cursor: cursorAt(2) }))),
    );
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(["conflict", "written"]);
  });

  it("shows no password in its location, and takes only its own URLs", () => {
    const sink = new ElasticsearchSink({ url: "elasticsearches://me:secret@search.example:9243" });
    expect(sink.location).toBe("elasticsearches://search.example:9243, index events");
    expect(() => new ElasticsearchSink({ url: "https://search.example" })).toThrow("An Elasticsearch URL is");
  });
});
