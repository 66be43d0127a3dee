/**
 * The process of one contender: `contender-process.ts <figure> <contender>`. Each has its own heap and its own compiled
 * code, so that none is slowed down, or speeded up, by what another one did before.
 */
import { figures } from "../figures/index.ts";
import type { Opened, Setup } from "./figure.ts";
import { serve } from "./remote.ts";

const [figureName, contenderName] = process.argv.slice(2);
const contender = figures
  .find(({ name }) => name === figureName)!
  .contenders.find(({ name }) => name === contenderName)!;
let opened: Opened | null;

serve({
  /** Answers whether it can be measured. */
  async open(setup: Setup) {
    opened = await contender.open(setup);
    return opened !== null;
  },
  measure: () => opened!.measure(),
  close: async () => opened?.close(),
});
