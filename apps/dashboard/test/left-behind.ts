/** For tests: which timers and connections were made since, and are still there. Told one by one: what others leave meanwhile hides none. */
import { createHook } from "node:async_hooks";
import { setImmediate as nextTurn } from "node:timers/promises";
import { until } from "@attune-tools/every-store";
import { onTestFinished } from "vitest";

const connections: readonly string[] = ["TCPWRAP", "TCPSERVERWRAP"];

export interface WatchedResources {
  /** The kinds of those that keep the process alive. */
  readonly left: readonly string[];
  untilNoneIsLeft(): Promise<void>;
}

/** From now on, to the end of the test. */
export function watchResources(): WatchedResources {
  const timers = new Map<number, NodeJS.Timeout>();
  const opened = new Map<number, string>();
  const hook = createHook({
    init(id, type, _trigger, resource) {
      if (type === "Timeout") timers.set(id, resource as NodeJS.Timeout);
      else if (connections.includes(type)) opened.set(id, type);
    },
    destroy(id) {
      timers.delete(id);
      opened.delete(id);
    },
  }).enable();
  onTestFinished(() => void hook.disable());
  const left = () => [
    ...[...timers.values()].filter((timer) => timer.hasRef()).map(() => "Timeout"),
    ...opened.values(),
  ];
  return {
    get left() {
      return left();
    },
    async untilNoneIsLeft() {
      await until("nothing is left", async () => {
        // The end of what has ended, the wait of this look included, is told in the next turn.
        await nextTurn();
        await nextTurn();
        return left().length === 0;
      }).catch((error) => {
        throw new Error(`left behind: ${left().join(", ")}`, { cause: error });
      });
    },
  };
}
