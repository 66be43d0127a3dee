/** Removes a browser's folder when this process is gone, even when it had no chance to say goodbye. */
import { spawn } from "node:child_process";

/**
 * The browser itself ends then: it loses the pipe by which it is told what to do. While it does, it still writes.
 * The folder is not among the arguments, as it is among those of the browser's processes.
 */
const script = `
read -r folder
read -r _
for _ in 1 2 3 4 5 6 7 8 9 10; do
  rm -rf -- "$folder"
  sleep 1
  [ -e "$folder" ] || exit
done
`;

export function removeWhenOrphaned(folder: string): { cancel(): void } {
  const keeper = spawn("/bin/sh", ["-c", script, "attune-browser-folder"], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true, // Ctrl-C does not take it away before its task
    cwd: "/",
  });
  keeper.stdin.write(`${folder}\n`);
  keeper.unref();
  (keeper.stdin as unknown as { unref(): void }).unref();
  return { cancel: () => void keeper.kill("SIGKILL") };
}
