/**
 * Installs the distribution's Chromium. Unpacked beside the repository, as the servers are, it would not do: it finds a
 * hundred libraries, fonts and certificates by their places in the system.
 */
import { fileURLToPath } from "node:url";
import { run } from "@attune-tools/redis-server";

const script = fileURLToPath(new URL("install-chromium.sh", import.meta.url));

/** Only as root, and only where there is apt-get: else it throws. */
export async function installChromium(): Promise<void> {
  if (process.getuid?.() !== 0) throw new Error("only root can install it with apt-get");
  await run("apt-get", ["--version"]);
  console.warn("No Chromium on the PATH: installing it with apt-get, for tests that need a browser");
  // The lock is on the folder itself: it goes when its holder dies, and apt's own locks are on files in it.
  await run("flock", ["/var/lib/dpkg", "sh", script], { timeoutMs: 800_000 });
}
