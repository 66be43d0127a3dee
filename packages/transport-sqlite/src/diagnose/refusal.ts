/** What opening the file would be refused with, as the last finding. */
import { type AttuneError, errorCatalogue, LastFinding } from "@attune/transport";

/** As the error says it itself. */
export function refusal(check: string, error: AttuneError): LastFinding {
  const { remedy } = errorCatalogue[error.code];
  return new LastFinding({ check, outcome: "problem", found: error.message, remedy });
}
