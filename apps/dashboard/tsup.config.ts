import { defineConfig } from "tsup";
import { packageBuild } from "../../tsup.base.ts";

export default defineConfig({
  ...packageBuild,
  entry: { bin: "src/bin.ts", index: "src/index.ts", "command/index": "src/command/index.ts" },
  splitting: true,
  // Tools of this repository, which are not published.
  noExternal: [/^@attune-tools\//],
});
