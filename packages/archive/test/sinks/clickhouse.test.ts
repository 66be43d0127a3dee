/** Two archives of one ClickHouse sink at once, on a client of which every insert ends as the test likes. The real one: test/servers. */
import { until } from "@attune-tools/every-store";
import { expect, it } from "vitest";
import { batch, rows } from "../../src/conformance/rows.ts";
import type { ClickHouseClient } from "../../src/sinks/clickhouse/clickhouse-client.ts";
import { ClickHouseSink } from "../../src/sinks/clickhouse/index.ts";

interface Insert {
  readonly id: string;
  answer(): void;
  lose(): void;
}

/** A server without rows: positions are not asked for after they were written here. */
function heldClient() {
  const inserts: Insert[] = [];
  const asked: string[] = [];
  /** The inserts that the server is said to work on. */
  const running = new Set<string>();
  const client: ClickHouseClient = {
    command: async () => ({}),
    async query({ query }) {
      asked.push(query);
      const found = [...running].filter((id) => query.includes(`'${id}'`)).map((id) => ({ query_id: id }));
      return { json: async () => found, stream: async function* () {}, close: () => {} };
    },
    async insert({ query_id: id = "" }) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      inserts.push({ id, answer: resolve, lose: () => reject(new Error("socket hang up")) });
      await promise;
      return {};
    },
    close: async () => {},
  };
  return { client, inserts, asked, running };
}

it("an insert whose answer was lost is waited for, also by the other archives of the sink", async () => {
  const { client, inserts, asked, running } = heldClient();
  await using sink = new ClickHouseSink({ client });
  const unavailable = { code: "ATTUNE_SINK_UNAVAILABLE" };
  const first = sink.write(batch(rows(1, 3), { archive: "first" }));
  await until("it inserts", () => inserts.length === 1);
  const second = sink.write(batch(rows(4, 6), { archive: "second" }));
  const position = sink.position("third");
  const before = asked.length;
  await new Promise((resolve) => setImmediate(resolve));
  expect(inserts).toHaveLength(1);
  expect(asked).toHaveLength(before);

  running.add(inserts[0]!.id);
  const outcomes = Promise.allSettled([first, second, position]);
  inserts[0]!.lose();
  for (const outcome of await outcomes)
    expect(outcome).toMatchObject({ status: "rejected", reason: unavailable });
  await expect(sink.write(batch(rows(1, 3), { archive: "first" }))).rejects.toMatchObject(unavailable);
  expect(inserts).toHaveLength(1);

  running.clear();
  const again = sink.write(batch(rows(4, 6), { archive: "second" }));
  await until("it inserts", () => inserts.length === 2);
  inserts[1]!.answer();
  await until("it writes its position", () => inserts.length === 3);
  inserts[2]!.answer();
  expect(await again).toEqual({ outcome: "written" });
});
