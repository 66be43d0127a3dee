/** All demonstrations, in the order of the list that --help prints. The first one runs when none is named. */
import type { Demonstration } from "../demonstration.ts";
import { audit } from "./audit.ts";
import { follow } from "./follow.ts";
import { liveConsumption } from "./live-consumption.ts";
import { streamManagement } from "./stream-management.ts";

export const demonstrations: readonly [Demonstration, ...Demonstration[]] = [
  audit,
  liveConsumption,
  streamManagement,
  follow,
];
