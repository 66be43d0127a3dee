/** What axe finds in a page that keeps people from using it. */
import axe, { type NodeResult, type Result } from "axe-core";
import type { Page } from "playwright-core";

const reported: unknown[] = ["serious", "critical"];

/**
 * One line for each element that breaks a rule with serious or critical impact, the page's frames included:
 * "critical image-alt, img.logo: Images must have alternative text (Element does not have an alt attribute)".
 */
export async function findAxeProblems(page: Page): Promise<string[]> {
  // Evaluated by the debugger: as a script element it would need the Content-Security-Policy to allow it.
  for (const frame of page.frames()) await frame.evaluate(axe.source);
  const violations = await page.evaluate<Result[]>(
    'axe.run(document, { resultTypes: ["violations"] }).then((results) => results.violations)',
  );
  return violations.flatMap((violation) =>
    violation.nodes
      .filter((node) => reported.includes(node.impact ?? violation.impact))
      .map((node) => lineFor(violation, node)),
  );
}

function lineFor({ id, impact, help }: Result, node: NodeResult): string {
  const why = [...node.any, ...node.all, ...node.none].map((check) => check.message);
  return `${node.impact ?? impact} ${id}, ${node.target.flat().join(" ")}: ${help} (${why.join("; ")})`;
}
