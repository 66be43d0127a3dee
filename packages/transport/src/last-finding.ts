/** Thrown within an adapter's `diagnose`, where nothing more can be looked at: it carries the finding that says why. */
import type { Finding } from "./diagnose.ts";

export class LastFinding extends Error {
  override readonly name = "LastFinding";
  readonly finding: Finding;

  constructor(finding: Finding) {
    super(finding.found);
    this.finding = finding;
  }
}
