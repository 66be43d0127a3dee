/** What `diagnose("memory:")` of @attune/transport says: there is nothing to look at. */
import type { DiagnoseOptions, Finding } from "@attune/transport";
import { storeNameOf } from "./memory-transport.ts";

/**
 * Called by `diagnose` of @attune/transport, which checks and completes the options. Rejects with `ATTUNE_URL_INVALID` only.
 */
export async function diagnose(url: string, _options: DiagnoseOptions): Promise<Finding[]> {
  storeNameOf(url);
  return [
    {
      check: "memory",
      outcome: "warning",
      found: "seen by this process only, and gone with it",
      remedy:
        "For several processes of a machine set ATTUNE_URL=sqlite:.attune/attune.db, for several machines redis://host:port.",
    },
  ];
}
