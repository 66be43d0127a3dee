import type { Options } from "tsup";

/** How every package is built: one ESM file with a source map; declarations come from `tsc -b`. */
export const packageBuild: Options = {
  entry: ["src/index.ts"],
  format: "esm",
  target: "node22",
  sourcemap: true,
  dts: false,
  clean: false,
};
