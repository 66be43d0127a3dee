import { expect, it } from "vitest";
import { LazyClient } from "../../src/sinks/lazy-client.ts";

function lazyClient(given?: { readonly name: string }) {
  const made: string[] = [];
  const closed: string[] = [];
  const failures: Error[] = [];
  const client = new LazyClient<{ readonly name: string }>({
    given,
    async make() {
      const failure = failures.shift();
      if (failure) throw failure;
      const name = `own ${made.length + 1}`;
      made.push(name);
      return { name };
    },
    close: async ({ name }) => void closed.push(name),
  });
  return { client, made, closed, failures };
}

it("makes one client for all who ask, and closes it once", async () => {
  const { client, made, closed } = lazyClient();
  expect(made).toEqual([]);
  expect(await Promise.all([client.get(), client.get()])).toEqual([{ name: "own 1" }, { name: "own 1" }]);
  await Promise.all([client.close(), client.close()]);
  expect(made).toEqual(["own 1"]);
  expect(closed).toEqual(["own 1"]);
  await expect(client.get()).rejects.toMatchObject({ code: "ATTUNE_SINK_REFUSED" });
});

it("tries again after one could not be made, and closing is no error then", async () => {
  const { client, failures, closed } = lazyClient();
  failures.push(new Error("no package"), new Error("no package"));
  await expect(client.get()).rejects.toThrow("no package");
  const asking = client.get();
  const closing = client.close();
  await expect(asking).rejects.toThrow("no package");
  await closing;
  expect(closed).toEqual([]);
  const again = lazyClient();
  again.failures.push(new Error("no package"));
  await expect(again.client.get()).rejects.toThrow("no package");
  expect(await again.client.get()).toEqual({ name: "own 1" });
});

it("gives the user's own, and never closes it", async () => {
  const { client, made, closed } = lazyClient({ name: "given" });
  expect(await client.get()).toEqual({ name: "given" });
  await client.close();
  expect([made, closed]).toEqual([[], []]);
  await expect(client.get()).rejects.toMatchObject({ code: "ATTUNE_SINK_REFUSED" });
});
