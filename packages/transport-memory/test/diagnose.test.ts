/** What is said of a store in memory. */
import { diagnose } from "@attune/transport";
import { expect, it } from "vitest";

it("warns that nobody else sees it", async () => {
  const findings = await diagnose("memory:shared");
  expect(findings).toMatchObject([
    { check: "memory", outcome: "warning", found: expect.stringContaining("process only") },
  ]);
  expect(findings[0]!.remedy).toContain("sqlite:");
});

it("refuses what is no URL of it", async () => {
  await expect(diagnose("memory://host")).rejects.toMatchObject({ code: "ATTUNE_URL_INVALID" });
});
