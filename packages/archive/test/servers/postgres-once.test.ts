/** Effects in PostgreSQL: with several processes at it, and with one that dies. Counted in the server. */
import { startPostgres } from "@attune-tools/database-servers";
import pg from "pg";
import { afterAll, afterEach, beforeEach, expect, it } from "vitest";
import { postgresOnce } from "../../src/once/index.ts";
import { effectsProcess } from "../once/effects-process.ts";
import { onServer } from "./support/on-server.ts";

const key = { group: "workers", eventType: "step", eventId: "1-0" };

await onServer("PostgreSQL", startPostgres, (server) => {
  const pool = new pg.Pool({ connectionString: server.url, max: 8 });
  pool.on("error", () => {});
  afterAll(() => pool.end());
  beforeEach(() => pool.query("CREATE TABLE effects (n integer)"));
  afterEach(() => pool.query("DROP TABLE IF EXISTS effects, processed_events"));

  async function counted(): Promise<unknown> {
    const select = "SELECT count(*)::int AS done, count(DISTINCT n)::int AS different FROM effects";
    return (await pool.query(select)).rows[0];
  }

  it("runs an effect once, and says so the second time", async () => {
    const store = postgresOnce({ pool });
    const effect = async (client: pg.PoolClient) =>
      (await client.query("INSERT INTO effects VALUES (1)")).rowCount;
    expect(await store.once(key, effect)).toEqual({ done: true, result: 1 });
    expect(await store.once(key, effect)).toEqual({ done: false });
    expect(await counted()).toEqual({ done: 1, different: 1 });
  });

  it("takes everything back when the effect throws, passes its error on, and runs it again", async () => {
    const store = postgresOnce({ pool });
    const mistake = new Error("mistake");
    const failing = store.once(key, async (client) => {
      await client.query("INSERT INTO effects VALUES (1)");
      throw mistake;
    });
    await expect(failing).rejects.toBe(mistake);
    expect(await counted()).toEqual({ done: 0, different: 0 });
    const outcome = await store.once(key, (client) => client.query("INSERT INTO effects VALUES (2)"));
    expect(outcome).toMatchObject({ done: true });
    expect(await counted()).toEqual({ done: 1, different: 1 });
  });

  it("does not count an effect as done that has caught the error of a statement", async () => {
    const store = postgresOnce({ pool });
    const failing = store.once(key, async (client) => {
      await client.query("INSERT INTO effects VALUES (1)");
      await client.query("SELECT nonsense").catch(() => {});
    });
    await expect(failing).rejects.toThrow("its error was caught");
    expect(await store.once(key, async () => "again")).toEqual({ done: true, result: "again" });
    expect(await counted()).toEqual({ done: 0, different: 0 });
  });

  it("lets another one that is at the same event wait, and not run it", async () => {
    const store = postgresOnce({ pool });
    let runs = 0;
    const outcomes = await Promise.all(
      Array.from({ length: 6 }, () =>
        store.once(key, async (client) => {
          runs += 1;
          await client.query("SELECT pg_sleep(0.1)");
        }),
      ),
    );
    expect(runs).toBe(1);
    expect(outcomes.filter(({ done }) => done)).toHaveLength(1);
  });

  it("survives that its connection is ended in the middle of an effect", async () => {
    const store = postgresOnce({ pool });
    const failing = store.once(key, async (client) => {
      await client.query("INSERT INTO effects VALUES (1)");
      const { pid } = (await client.query("SELECT pg_backend_pid() AS pid")).rows[0];
      await pool.query("SELECT pg_terminate_backend($1)", [pid]);
      await client.query("INSERT INTO effects VALUES (2)");
    });
    await expect(failing).rejects.toThrow();
    expect(await counted()).toEqual({ done: 0, different: 0 });
    expect(await store.once(key, async () => "again")).toEqual({ done: true, result: "again" });
  });

  it("lets three processes do 100 effects once each", async () => {
    const { url } = server;
    const processes = await Promise.all([1, 2, 3].map(() => effectsProcess({ url, count: 100 })));
    expect(processes.reduce((sum, { done }) => sum + done, 0)).toBe(100);
    expect(await counted()).toEqual({ done: 100, different: 100 });
  });

  it("does an effect once whose process was killed between effect and commit", async () => {
    const { url } = server;
    expect(await effectsProcess({ url, count: 10, diesAt: 5 })).toMatchObject({ signal: "SIGKILL" });
    expect(await counted()).toEqual({ done: 5, different: 5 });
    expect(await effectsProcess({ url, count: 10 })).toEqual({ done: 5, signal: undefined });
    expect(await counted()).toEqual({ done: 10, different: 10 });
  });
});
