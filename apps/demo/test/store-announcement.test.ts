import { silentLogger } from "@attune/transport";
import { createMemoryTransport, MemoryStore } from "@attune/transport-memory";
import { expect, it } from "vitest";
import { announceStore, attuneCommand, repository } from "../src/store-announcement.ts";

it.each([
  [`sqlite:${repository}/.attune/attune.db`, "npm run --silent attune -- top"],
  ["sqlite:/tmp/x/attune.db", "npm run --silent attune -- top --url sqlite:/tmp/x/attune.db"],
  ["redis://127.0.0.1:6379/2", "npm run --silent attune -- top --url redis://127.0.0.1:6379/2"],
  ["redis://[::1]:6379", "npm run --silent attune -- top --url 'redis://[::1]:6379'"],
  [
    "sqlite:/tmp/my files/it's.db",
    String.raw`npm run --silent attune -- top --url 'sqlite:/tmp/my files/it'\''s.db'`,
  ],
])("another terminal sees %s with a command that a shell understands", (location, command) => {
  expect(attuneCommand("top", location)).toBe(command);
});

it("says where it is also when the store does not answer", async () => {
  const store = new MemoryStore();
  store.simulateOutage();
  await using transport = await createMemoryTransport({ store, logger: silentLogger });
  const lines: string[] = [];
  await announceStore(transport, (line) => lines.push(line));
  expect(lines).toEqual(["Store: memory:, seen by this process only: everything runs in it", ""]);
});
