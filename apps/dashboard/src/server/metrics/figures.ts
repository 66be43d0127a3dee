/** Figures that are known already, for a registry: read when somebody asks, and labelled with any text. */
import type { Metric, Registry } from "prom-client";

export interface Sample {
  readonly value: number;
  readonly labels?: { readonly [name: string]: string };
}

export interface Figure {
  readonly name: string;
  readonly help: string;
  readonly type: "gauge" | "counter";
  /** What cannot be told now is left out. */
  readonly samples: () => readonly Sample[] | Promise<readonly Sample[]>;
}

/**
 * Not as the library's own `Gauge`, which keeps values by their labels joined with commas and colons: labels are names that
 * agents gave, and two of them might be taken for one.
 */
export function addFigure(registry: Registry, { name, help, type, samples }: Figure): void {
  const metric = {
    name,
    get: async () => {
      const values = (await samples()).map(({ value, labels = {} }) => ({ value, labels: { ...labels } }));
      return { name, help, type, values, aggregator: "sum" };
    },
  };
  registry.registerMetric(metric as unknown as Metric);
}
