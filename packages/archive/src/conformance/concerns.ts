/** The parts of the suite, by name. */
export const sinkConcerns = [
  "opening",
  "rows",
  "positions",
  "writing again",
  "racing",
  "several archives",
  "refusals",
  "queries: order",
  "queries: range",
  "queries: conditions",
  "outages",
  "closing",
] as const;

export type SinkConcern = (typeof sinkConcerns)[number];
