import type { Options } from "tsup";

/** How every package is built: one ESM file with a source map; declarations come from `tsc -b`. */
export const packageBuild: Options = {
  entry: ["src/index.ts"],
  format: "esm",
  target: "node22",
  sourcemap: true,
  dts: false,
  // What an earlier build left goes: the files of a source that was removed would be packed. The build info goes too
  // (a dotfile, so it is named), or tsc would take its declarations for written.
  clean: [".tsbuildinfo"],
};
