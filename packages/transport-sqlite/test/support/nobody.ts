/** A user without any rights, for what this one (root) may do anyway. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The uid and gid of nobody. */
export const nobody = { uid: 65_534, gid: 65_534 } as const;

/** Why no process can run as nobody here; `undefined` where one can. */
export const whyNotNobody = tryToRun();

function tryToRun(): string | undefined {
  if (process.getuid?.() !== 0) return "only root may run a process as another user";
  const source = fileURLToPath(new URL("../../src/index.ts", import.meta.url));
  const read = `require("node:fs").readFileSync(${JSON.stringify(source)})`;
  const { status } = spawnSync(process.execPath, ["-e", read], { ...nobody, stdio: "ignore" });
  return status === 0 ? undefined : "another user may not read this checkout";
}
