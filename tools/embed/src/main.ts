/** The command: embeds every folder, or with --check ends with 1 when a generated file is not what its folder holds. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { embed, embeddedFolders } from "./index.ts";

const { check } = parseArgs({ options: { check: { type: "boolean", default: false } } }).values;
const root = join(import.meta.dirname, "../../..");

const complaints = {
  missing: "has not been generated",
  stale: "is not what its sources say",
  orphaned: "has lost its sources",
} as const;

for (const folder of embeddedFolders) {
  const { file, state } = await embed(root, folder, { check });
  if (state === "written" || state === "removed") console.log(`${file}: ${state}`);
  if (state === "missing" || state === "stale" || state === "orphaned") {
    const from = join(folder.package, folder.from);
    console.error(`${file} ${complaints[state]} (${from}): run node tools/embed/src/main.ts`);
    process.exitCode = 1;
  }
}
