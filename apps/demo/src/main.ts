/** `npm run demo`. */
import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

// Most of a short demonstration is spent on loading its sources: half of it, where Node keeps what it has made of them. By the
// environment, so that the processes of the parts do so from their first module on.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(
  new URL("../../../node_modules/.cache/node-compile", import.meta.url),
);
enableCompileCache(process.env.NODE_COMPILE_CACHE);

// Not before: it concerns only what is loaded afterwards.
await import("./run-command.ts");
