/** Names of archives, as far as they can be known: no store lists them. */
import { readTrimHold, trimHoldsBucket } from "@attune/streams";
import type { Transport } from "@attune/transport";

const pageSize = 100;

/** The one that was given no name, and those that hold back trimming now (`archiveBeforeTrim`). */
export async function knownArchives({ records }: Transport): Promise<string[]> {
  const names = new Set(["archive"]);
  let from: string | null = null;
  do {
    const page = await records.list({ bucket: trimHoldsBucket, from, count: pageSize });
    for (const { value } of page.records) {
      const name = readTrimHold(value)?.archive;
      if (name !== undefined) names.add(name);
    }
    from = page.next;
  } while (from !== null);
  return [...names];
}
