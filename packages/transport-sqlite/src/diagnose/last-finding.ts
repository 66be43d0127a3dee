/** Ends the look at a file. */
import { AttuneError, errorCatalogue, type Finding } from "@attune/transport";

/** After this nothing more can be looked at. */
export class LastFinding extends Error {
  readonly finding: Finding;

  constructor(finding: Finding) {
    super(finding.found);
    this.finding = finding;
  }
}

/** Of an error that opening the file would be refused with, as it says it itself. */
export function refusal(check: string, error: AttuneError): LastFinding {
  const { remedy } = errorCatalogue[error.code];
  return new LastFinding({ check, outcome: "problem", found: error.message, remedy });
}

export function isRefusal(error: unknown): error is AttuneError {
  return error instanceof AttuneError;
}
