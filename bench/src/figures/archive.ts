/** Events archived per second, beside each client's own bulk insert of the same rows. */
import { batchSize, count } from "../archives/archived-rows.ts";
import { fileContenders } from "../archives/file-contenders.ts";
import { serverContenders } from "../archives/server-contenders.ts";
import type { Figure } from "../harness/figure.ts";

export const archive: Figure = {
  name: "archive",
  title: `${count.toLocaleString("en")} events of 200 bytes archived, ${batchSize.toLocaleString("en")} per batch`,
  store: "sqlite",
  metrics: { rate: "rows/s" },
  contenders: [...fileContenders, ...serverContenders],
  comparisons: ["jsonl", "sqlite", "duckdb", "postgres", "clickhouse"].map((of) => ({
    of,
    over: `${of}-bare`,
    metric: "rate",
    atLeast: 0.7,
  })),
};
