/** What `diagnose` finds, in forms that tests like. */
import { diagnose, type Finding, type TransportOptions } from "@attune/transport";
import { expect } from "vitest";
import { openBelow } from "../support/folder-state.ts";

// A busy machine takes its time.
const patient = { operationTimeoutMs: 10_000 };

/** The findings by what was looked at. Each that is not ok has a remedy; nothing is left open. */
export async function look(
  path: string,
  options: TransportOptions = patient,
): Promise<Readonly<Record<string, Finding>>> {
  const before = openBelow(path).length;
  const findings = await diagnose(`sqlite:${path}`, options);
  for (const finding of findings) {
    if (finding.outcome === "ok") expect(finding).not.toHaveProperty("remedy");
    else expect(finding.remedy).toMatch(/^\S.{20,}/);
  }
  expect(new Set(findings.map(({ check }) => check)).size).toBe(findings.length);
  expect(openBelow(path)).toHaveLength(before);
  return Object.fromEntries(findings.map((finding) => [finding.check, finding]));
}

/** What is not as it should be, of the file and what it lies in. */
export function notOk(findings: Readonly<Record<string, Finding>>): Record<string, string> {
  const bad = Object.values(findings).filter(({ outcome }) => outcome !== "ok");
  // What else the machine is like is not for these tests to say.
  const ofMachine = new Set(["SQLite version", "free space"]);
  return Object.fromEntries(
    bad.filter(({ check }) => !ofMachine.has(check)).map(({ check, outcome }) => [check, outcome]),
  );
}
