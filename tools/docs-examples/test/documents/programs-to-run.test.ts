/** What is run, and with whom. */
import { expect, test } from "vitest";
import { needsRedis, programsToRun } from "../../src/documents/programs-to-run.ts";
import { readPrograms } from "../../src/documents/read-programs.ts";

const runsOf = (...blocks: string[]) =>
  programsToRun(readPrograms({ path: "a.md", text: blocks.join("\n") }).programs);

test("programs run in order, those of the same word together, skipped ones and fragments not at all", () => {
  const runs = runsOf(
    "```ts file=a.ts together=yes\n```",
    "```ts file=b.ts\n```",
    '```ts file=c.ts skip="x"\n```',
    '```ts file=d.ts fragment="x"\n```',
    "```ts file=e.ts together=yes\n```",
    "```ts\n```",
  );
  expect(runs.map((run) => run.map(({ file }) => file))).toEqual([["a.ts", "e.ts"], ["b.ts"], [undefined]]);
});

test("two processes, and whoever imports the Redis packages, need Redis; a comment about it does not", () => {
  const runs = runsOf(
    "```ts together=yes\n```",
    "```ts together=yes\n```",
    '```ts\nimport { Redis } from "ioredis";\n```',
    '```ts\nimport { createRedisTransport } from "@attune/transport-redis";\n```',
    '```ts\nawait openTransport("memory:"); // or redis://host\n```',
  );
  expect(runs.map(needsRedis)).toEqual([true, true, true, false]);
});
