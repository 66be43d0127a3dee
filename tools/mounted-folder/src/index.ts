/** For tests of full and read-only disks: a small file system in memory. */
export { type MountedFolder, mountedFolder } from "./mounted-folder.ts";
export { whyNoMount } from "./why-no-mount.ts";
