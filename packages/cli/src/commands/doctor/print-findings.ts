/** What was found, as a table with the remedies below, or as JSON. */
import type { Finding } from "@attune/transport";
import { cleanText, textTable } from "@attune-tools/terminal-text";
import type { Style } from "../../session/output.ts";
import type { Session } from "../../session/session.ts";

const marks: Readonly<Record<Finding["outcome"], { readonly mark: string; readonly style: Style }>> = {
  ok: { mark: "✓", style: "green" },
  warning: { mark: "!", style: "yellow" },
  problem: { mark: "✗", style: "red" },
  unknown: { mark: "?", style: "magenta" },
};

export function printFindings({ stdout, json }: Session, findings: readonly Finding[]): void {
  if (json) {
    stdout.jsonArray(findings);
    return;
  }
  const lines = textTable(
    findings.map(({ check, outcome, found }) => [marks[outcome].mark, check, found]),
    {
      width: stdout.width,
      indent: 0,
      columns: [
        { keep: true, style: (text, row) => stdout.style(marks[findings[row]!.outcome].style, text) },
        { keep: true },
        { grow: true, priority: -1 },
      ],
    },
  );
  for (const line of lines) stdout.line(line);
  const remedies = findings.filter(({ remedy }) => remedy !== undefined);
  if (remedies.length === 0) return;
  stdout.line("");
  for (const { check, outcome, remedy } of remedies) {
    const { mark, style } = marks[outcome];
    // Not cut: it is what to do.
    stdout.line(
      `${stdout.style(style, mark)} ${stdout.style("bold", cleanText(check))}: ${cleanText(remedy!)}`,
    );
  }
}
