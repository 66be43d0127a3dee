#!/usr/bin/env node
/** The `attune` (and `empathy`) command: looks at the Node that it was given before it loads anything. */
import module from "node:module";
import { basename } from "node:path";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 13)) {
  process.stderr.write(
    `attune needs Node 22.13 or later; this is ${process.versions.node}. See https://nodejs.org, or: npx -p node@24 -p @attune/cli attune\n`,
  );
  process.exitCode = 1;
} else {
  // What was compiled is kept for the next start (in the system's folder for temporary files).
  module.enableCompileCache?.();
  const { main } = await import("./main.ts");
  const code = await main(process.argv.slice(2), {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    name: basename(process.argv[1] ?? "") === "empathy" ? "empathy" : "attune",
  });
  process.exitCode = code;
  // Ended by a signal: not held up by a reader that has stopped, nor by what cannot be aborted.
  if (code > 128) process.exit(code);
}
