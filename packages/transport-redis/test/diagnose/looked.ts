/** What `diagnose` finds, in forms that tests like. */
import { diagnose, type Finding, type TransportOptions } from "@attune/transport";
import { expect } from "vitest";

/** The findings by what was looked at. Each that is not ok has a remedy, none has a password. */
export async function look(
  url: string,
  options: TransportOptions = {},
): Promise<Readonly<Record<string, Finding>>> {
  const findings = await diagnose(url, options);
  const { password } = new URL(url);
  for (const finding of findings) {
    if (finding.outcome === "ok") expect(finding).not.toHaveProperty("remedy");
    else expect(finding.remedy).toMatch(/^[A-Z].{20,}/);
  }
  if (password !== "") expect(JSON.stringify(findings)).not.toContain(password);
  expect(new Set(findings.map(({ check }) => check)).size).toBe(findings.length);
  return Object.fromEntries(findings.map((finding) => [finding.check, finding]));
}

/** What is not as it should be. */
export function notOk(findings: Readonly<Record<string, Finding>>): Record<string, string> {
  const bad = Object.values(findings).filter(({ outcome }) => outcome !== "ok");
  return Object.fromEntries(bad.map(({ check, outcome }) => [check, outcome]));
}
