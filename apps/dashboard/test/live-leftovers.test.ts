/** What a dashboard leaves behind when it ends: nothing. */
import { randomUUID } from "node:crypto";
import { until } from "@attune-tools/every-store";
import { expect, test } from "vitest";
import { runDashboard } from "./running-dashboard.ts";

test("once it is closed no timer and no connection is left, pages connected or not", async () => {
  const resources = () =>
    process
      .getActiveResourcesInfo()
      .filter((kind) => kind === "Timeout" || kind === "TCPSocketWrap" || kind === "TCPServerWrap");
  const before = resources();
  const dashboard = await runDashboard({ url: `memory:${randomUUID()}` });
  const pages = await Promise.all([
    dashboard.connect(),
    dashboard.connect(),
    dashboard.connect({ hello: false }),
  ]);
  await Promise.all(pages.slice(0, 2).map((page) => page.told()));
  await dashboard.close();
  expect((await pages[0]!.closed).code).toBe(1001);
  await until("nothing is left", () => resources().length <= before.length, 5000);
});
