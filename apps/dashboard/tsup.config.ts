import { defineConfig } from "tsup";
import { packageBuild } from "../../tsup.base.ts";

export default defineConfig({
  ...packageBuild,
  entry: ["src/bin.ts", "src/index.ts"],
  splitting: true,
  // Tools of this repository, which are not published.
  noExternal: [/^@attune-tools\//],
});
