/** The command: checks this repository and ends with 1 when something is against the rules. */
import { join } from "node:path";
import { checkBoundaries, readWorkspace } from "./index.ts";

const root = join(import.meta.dirname, "../../..");
const { packages, rootDevDependencies } = await readWorkspace(root);
const violations = checkBoundaries(packages, { rootDevDependencies });
for (const violation of violations) console.error(violation);
if (violations.length > 0) {
  console.error(`${violations.length} against the rules of tools/boundaries/src/rules.ts`);
  process.exitCode = 1;
} else {
  console.log(`${packages.length} packages keep to their layers.`);
}
