import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it } from "vitest";
import { endProcessesOf, processesOf } from "../src/browser-processes.ts";

const folder = "/tmp/attune-browser-of-nobody";
it.runIf(process.platform === "linux")("ends the processes of a folder, and no other's", async () => {
  const script = "process.on('SIGTERM', () => {}); setInterval(() => {}, 60_000); console.log('ready')";
  const start = async (place: string) => {
    const child = spawn(process.execPath, ["-e", script, "--", `--database=${place}`]);
    await once(child.stdout, "data");
    return child;
  };
  const [own, other] = [await start(`${folder}/profile`), await start(`${folder}-2/profile`)];
  try {
    expect(processesOf(folder)).toEqual([own.pid]);
    await endProcessesOf(folder, 0);
    expect(processesOf(folder)).toEqual([]);
    expect(processesOf(`${folder}-2`)).toEqual([other.pid]);
  } finally {
    own.kill("SIGKILL");
    other.kill("SIGKILL");
  }
});
