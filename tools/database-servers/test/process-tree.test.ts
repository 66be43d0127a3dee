import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it } from "vitest";
import { childrenOf, endAll } from "../src/process-tree.ts";

it.skipIf(process.platform !== "linux")("finds the children of a process, and ends them", async () => {
  const script = "sleep 60 & sleep 60 & echo ready; wait";
  const parent = spawn("/bin/sh", ["-c", script], { stdio: ["ignore", "pipe", "ignore"] });
  const exited = once(parent, "exit");
  await once(parent.stdout, "data");
  const children = childrenOf(parent.pid!);
  expect(children).toHaveLength(2);
  expect(children.every((child) => child.running)).toBe(true);
  await endAll(children);
  expect(children.some((child) => child.running)).toBe(false);
  await exited;
  expect(childrenOf(parent.pid!)).toEqual([]);
});
