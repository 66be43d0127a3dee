/** Tests on a real server, started for one file of tests; where there is none they are left out, loudly. */
import { type DatabaseServer, unlessNotHere } from "@attune-tools/database-servers";
import { afterAll, describe, it } from "vitest";

/** Await it at the top of a test file. */
export async function onServer(
  name: string,
  start: () => Promise<DatabaseServer>,
  tests: (server: DatabaseServer) => void,
): Promise<void> {
  const server = await unlessNotHere(start);
  if (typeof server === "string") {
    const line = "=".repeat(78);
    console.warn(`\n${line}\nNOT TESTED: archives on ${name}: ${server}\n${line}`);
    // A machine that has no such server and cannot fetch one: the rest of the run still says something.
    describe(name, () => it.skip(`NOT TESTED: ${server}`, () => {}));
    return;
  }
  describe(`on ${server.version}`, () => {
    afterAll(() => server.stop());
    tests(server);
  });
}
