/** Tests of the small run: they print which server they got. */
import { expect, inject, test } from "vitest";
import { redisCommand } from "../../src/index.ts";
import type {} from "../../src/vitest-global-setup.ts";

const url = inject("redisUrl");

test.skipIf(!url)("the injected server answers", async () => {
  console.log(`server at ${url}`);
  expect(await redisCommand(url, ["PING"])).toBe("PONG");
});

test("something without Redis", () => {});
