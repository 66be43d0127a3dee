/** Whether this machine lets tests mount a file system. */
import { rmdirSync } from "node:fs";
import { makeMountPoint, mount, unmount } from "./tmpfs.ts";

/** Why there can be none here; `undefined` where there can. */
export const whyNoMount = tryToMount();

function tryToMount(): string | undefined {
  if (process.platform !== "linux") return "only Linux has tmpfs";
  if (process.getuid?.() !== 0) return "only root may mount a file system";
  const folder = makeMountPoint();
  try {
    mount(folder, "size=64k");
  } catch (error) {
    rmdirSync(folder);
    return `mounting is not allowed here (${String(error).split("\n")[0]})`;
  }
  unmount(folder);
  return undefined;
}
