/** Effects in DuckDB, which only one process can have open: several connections of it. */
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, it, onTestFinished } from "vitest";
import { duckdbOnce } from "../../src/once/index.ts";

const key = { group: "workers", eventType: "step", eventId: "1-0" };

async function newDatabase() {
  const instance = await DuckDBInstance.create(":memory:");
  onTestFinished(() => instance.closeSync());
  const connect = async () => {
    const connection = await instance.connect();
    onTestFinished(() => connection.closeSync());
    return connection;
  };
  const connection = await connect();
  await connection.run("CREATE TABLE effects (n INTEGER)");
  const counted = async () => {
    const select = "SELECT count(*)::INTEGER, count(DISTINCT n)::INTEGER FROM effects";
    return (await connection.runAndReadAll(select)).getRows()[0];
  };
  return { connect, connection, counted };
}

it("runs an effect once, and says so the second time", async () => {
  const { connection, counted } = await newDatabase();
  const store = duckdbOnce({ connection });
  const effect = async (tx: typeof connection) => {
    await tx.run("INSERT INTO effects VALUES (1)");
    return "result";
  };
  expect(await store.once(key, effect)).toEqual({ done: true, result: "result" });
  expect(await store.once(key, effect)).toEqual({ done: false });
  expect(await counted()).toEqual([1, 1]);
});

it("takes everything back when the effect throws, passes its error on, and runs it again", async () => {
  const { connection, counted } = await newDatabase();
  const store = duckdbOnce({ connection });
  const mistake = new Error("mistake");
  await expect(
    store.once(key, async (tx) => {
      await tx.run("INSERT INTO effects VALUES (1)");
      throw mistake;
    }),
  ).rejects.toBe(mistake);
  expect(await counted()).toEqual([0, 0]);
  expect(await store.once(key, (tx) => tx.run("INSERT INTO effects VALUES (2)"))).toMatchObject({
    done: true,
  });
  expect(await counted()).toEqual([1, 1]);
});

it("lets four connections that are at the same 50 events at once do each once", async () => {
  const { connect, counted } = await newDatabase();
  const stores = (await Promise.all([1, 2, 3, 4].map(connect))).map((connection) =>
    duckdbOnce({ connection }),
  );
  const outcomes = await Promise.all(
    stores.flatMap((store) =>
      Array.from({ length: 50 }, (_, n) =>
        store.once({ ...key, eventId: `${n}-0` }, (tx) => tx.run(`INSERT INTO effects VALUES (${n})`)),
      ),
    ),
  );
  expect(outcomes.filter(({ done }) => done)).toHaveLength(50);
  expect(await counted()).toEqual([50, 50]);
});
