/** What a dashboard leaves behind when it ends: nothing. */
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { watchResources } from "./left-behind.ts";
import { runDashboard } from "./running-dashboard.ts";

test("once it is closed no timer and no connection is left, pages connected or not", async () => {
  const resources = watchResources();
  const dashboard = await runDashboard({ url: `memory:${randomUUID()}` });
  const pages = await Promise.all([
    dashboard.connect(),
    dashboard.connect(),
    dashboard.connect({ hello: false }),
  ]);
  await Promise.all(pages.slice(0, 2).map((page) => page.told()));
  expect(resources.left).toEqual(expect.arrayContaining(["Timeout", "TCPSERVERWRAP", "TCPWRAP"]));
  await dashboard.close();
  expect((await pages[0]!.closed).code).toBe(1001);
  await resources.untilNoneIsLeft();
});
