/** What lives on this process's heap, after everything else was collected. */
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

export async function usedHeap(): Promise<number> {
  // What is freed by finalizers of the first is collected by the second.
  for (let time = 0; time < 3; time++) {
    collect();
    await sleep(10);
  }
  return process.memoryUsage().heapUsed;
}
