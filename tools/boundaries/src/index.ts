/** Checks which package may depend on which. */
export { type CheckOptions, checkBoundaries } from "./check-boundaries.ts";
export { importedSpecifiers } from "./imported-specifiers.ts";
export {
  type PackageImport,
  readWorkspace,
  type Workspace,
  type WorkspacePackage,
} from "./read-workspace.ts";
