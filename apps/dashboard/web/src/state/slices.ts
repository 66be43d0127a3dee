/** The parts of what the page knows that views listen to, each for itself. */
export const slices = [
  "connection",
  "store",
  "agents",
  "events",
  "approvals",
  "quality",
  "health",
  "alerts",
] as const;

export type Slice = (typeof slices)[number];
