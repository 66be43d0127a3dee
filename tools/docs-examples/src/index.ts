/** Runs what the documents show, and installs the packages as their users do. */

export { checkTypes, type TypeProblem } from "./check-types.ts";
export { checkLinks } from "./documents/check-links.ts";
export { checkNpmScripts } from "./documents/check-npm-scripts.ts";
export { type Document, findDocuments } from "./documents/find-documents.ts";
export { matchOutput } from "./documents/match-output.ts";
export { needsRedis, programsToRun } from "./documents/programs-to-run.ts";
export { type DocumentPrograms, type Program, readPrograms } from "./documents/read-programs.ts";
export { placeOf, runProgram } from "./documents/run-program.ts";
export { programPath, writePrograms } from "./documents/write-programs.ts";
export { installProject, type Project } from "./packed/install-project.ts";
export { type PackedPackage, packPackages } from "./packed/pack-packages.ts";
export { strayFiles } from "./packed/stray-files.ts";
export { outputOf } from "./run-process.ts";
