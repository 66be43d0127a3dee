/** The ClickHouse sink when its server is killed or stopped, and where writes end halfway. Counted in the server, with FINAL and without. */
import { Readable } from "node:stream";
import { startClickHouse } from "@attune-tools/database-servers";
import { createClient, type ClickHouseClient as RealClient } from "@clickhouse/client";
import { afterEach, expect, it, onTestFinished } from "vitest";
import { batch, cursorAt, rows } from "../../src/conformance/rows.ts";
import type { ClickHouseClient } from "../../src/sinks/clickhouse/clickhouse-client.ts";
import { ClickHouseSink, type ClickHouseSinkOptions } from "../../src/sinks/clickhouse/index.ts";
import { Archiving } from "./support/archiving.ts";
import { onServer } from "./support/on-server.ts";
import { serverFaults } from "./support/server-faults.ts";

await onServer("ClickHouse", startClickHouse, (server) => {
  const url = server.url.replace("http", "clickhouse");

  async function withClient<T>(work: (client: RealClient) => Promise<T>): Promise<T> {
    const client = createClient({ url: server.url });
    try {
      return await work(client);
    } finally {
      await client.close();
    }
  }

  afterEach(() =>
    withClient(async (client) => {
      for (const table of ["events", "archive_positions"])
        await client.command({ query: `DROP TABLE IF EXISTS ${table}` });
    }),
  );

  async function opened(options: ClickHouseSinkOptions = { url }): Promise<ClickHouseSink> {
    const sink = new ClickHouseSink(options);
    onTestFinished(() => sink.close());
    await sink.open();
    return sink;
  }

  /** Without FINAL, with it, and by id. */
  function counted(): Promise<{ plain: number; final: number; different: number }> {
    return withClient(async (client) => {
      const ask = async (query: string) => {
        const answer = await client.query({ query, format: "JSONEachRow" });
        return Number((await answer.json<{ n: string }>())[0]!.n);
      };
      return {
        plain: await ask("SELECT count() AS n FROM events"),
        final: await ask("SELECT count() AS n FROM events FINAL"),
        different: await ask("SELECT uniqExact(event_id) AS n FROM events"),
      };
    });
  }

  serverFaults({
    server,
    opened: (options) => opened({ url, ...options }),
    async expectKept(kept, afterSilence) {
      const { plain, ...once } = await counted();
      expect(once).toEqual({ final: kept, different: kept });
      if (afterSilence) expect(plain).toBeGreaterThanOrEqual(kept);
      else expect(plain).toBe(kept);
    },
  });

  /** A client of which the insert into a table fails, before or after it was carried out. */
  function failingOnce(table: string, when: "before" | "after") {
    const client = createClient({ url: server.url });
    onTestFinished(() => client.close());
    let isDue = true;
    /** Rows of events that arrived. Counted here too: parts are merged at any time, and then a row is there once in any case. */
    const inserted = { events: 0 };
    const failing: ClickHouseClient = {
      command: (request) => client.command(request),
      query: (request) => client.query(request),
      close: () => client.close(),
      async insert(request) {
        const isOne = isDue && request.table.includes(table);
        if (isOne) isDue = false;
        if (isOne && when === "before") throw new Error("socket hang up");
        const text = (await request.values.toArray()).join("");
        const answer = await client.insert({
          ...request,
          values: Readable.from([text], { objectMode: false }),
        });
        if (request.table.includes("events")) inserted.events += text.split("\n").length - 1;
        if (isOne) throw new Error("socket hang up");
        return answer;
      },
    };
    return { client: failing, inserted };
  }

  it.each([
    ["events", "before"],
    ["events", "after"],
    ["archive_positions", "before"],
    ["archive_positions", "after"],
  ] as const)(
    "keeps each row once when the answer of the insert into %s is lost (%s it was carried out)",
    async (table, when) => {
      const { client, inserted } = failingOnce(table, when);
      const archiving = new Archiving(await opened({ client }));
      await archiving.more(500);
      const kept = await archiving.end();
      expect(archiving.failures).toBe(1);
      expect(inserted.events).toBe(kept);
      expect(await counted()).toEqual({ plain: kept, final: kept, different: kept });
    },
  );

  it("writes what is missing when another batch comes after an insert whose position was not written", async () => {
    const sink = await opened({ client: failingOnce("archive_positions", "before").client });
    await expect(sink.write(batch(rows(1, 10)))).rejects.toMatchObject({ code: "ATTUNE_SINK_UNAVAILABLE" });
    const next = await opened(); // another process
    expect(await next.position("archive")).toEqual({ version: 0, cursor: null });
    await next.write(batch(rows(1, 4)));
    await next.write(batch(rows(5, 20), { afterVersion: 1, cursor: cursorAt(20) }));
    expect(await counted()).toEqual({ plain: 20, final: 20, different: 20 });
  });

  it("lets only one of two archivers of one name go on, and both leave each row once for FINAL", async () => {
    const sinks = [await opened(), await opened()];
    const given = (version: number) =>
      batch(rows(version * 10, version * 10 + 9), { afterVersion: version, cursor: cursorAt(version) });
    await Promise.all(sinks.map((sink) => sink.write(given(0)))); // both may be told that they have written
    const outcomes: string[] = [];
    for (const sink of sinks) outcomes.push((await sink.write(given(1))).outcome);
    expect(outcomes.sort()).toEqual(["conflict", "written"]);
    expect(await counted()).toMatchObject({ final: 20, different: 20 });
  });

  it("says that it is refused, where the password is wrong or the table is another", async () => {
    await expect(opened({ url: url.replace("default:", "default:wrong") })).rejects.toMatchObject({
      code: "ATTUNE_SINK_REFUSED",
    });
    await withClient((client) =>
      client.command({ query: "CREATE TABLE events (event_type String) ENGINE = Memory" }),
    );
    await expect(opened()).rejects.toMatchObject({ code: "ATTUNE_SINK_REFUSED" });
  });

  it("shows no password in its location, and takes only its own URLs", () => {
    const sink = new ClickHouseSink({ url: "clickhouses://me:secret@ch.example:8443/logs" });
    expect(sink.location).toBe("clickhouses://ch.example:8443/logs, table `events`");
    expect(() => new ClickHouseSink({ url: "https://ch.example" })).toThrow("A ClickHouse URL is");
  });
});
