/** A tiny process that kills a server when this process is gone, even when this process had no chance to say goodbye. */
import { type ChildProcess, spawn } from "node:child_process";

/**
 * It waits on a pipe that only we hold: when we end, for whatever reason, the kernel closes the pipe, the read
 * ends, and the server is killed. In a session of its own, so that Ctrl-C does not take it away before its task.
 */
export function startWatchdog(pid: number, ownedDirectory: string | undefined): ChildProcess {
  const script = 'read -r _; kill -9 "$1" 2>/dev/null; [ -z "$2" ] || rm -rf -- "$2"';
  const watchdog = spawn(
    "/bin/sh",
    ["-c", script, "attune-server-watchdog", String(pid), ownedDirectory ?? ""],
    {
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
      cwd: "/",
    },
  );
  watchdog.unref();
  // the pipe must not keep our event loop alive either
  (watchdog.stdin as unknown as { unref(): void }).unref();
  return watchdog;
}
