/** The fleet in figures, for Prometheus: on a registry of its own, from what is live. */
import { Histogram, Registry } from "prom-client";
import type { LiveFleet } from "../../live/live-fleet.ts";
import { livenesses } from "../schemas/agent.ts";
import { addFigure, type Figure, type Sample } from "./figures.ts";
import { addProcessFigures } from "./process-figures.ts";

/** Others are counted together, as `other`: types may be made up for each use. Those of ratings, one a stage, are one. */
const mostTypes = 100;
const otherTypes = "other";

const latencyBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

export class Metrics {
  readonly #fleet: LiveFleet;
  readonly #registry = new Registry();
  readonly #endings: (() => void)[];
  readonly #events = new Map<string, number>();
  #errors = 0;

  constructor(fleet: LiveFleet) {
    this.#fleet = fleet;
    for (const figure of this.#figures()) addFigure(this.#registry, figure);
    const latency = new Histogram({
      name: "attune_store_latency_seconds",
      help: "How long the store took to answer the dashboard's reads.",
      buckets: latencyBuckets,
      registers: [this.#registry],
    });
    this.#endings = [
      fleet.onEvent(({ eventType }) => this.#count(eventType)),
      fleet.latencies.onMeasured((ms) => latency.observe(ms / 1000)),
      addProcessFigures(this.#registry),
    ];
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  close(): void {
    for (const end of this.#endings) end();
  }

  #count(eventType: string): void {
    if (eventType === "agent_error") this.#errors += 1;
    const type = eventType.startsWith("feedback:") ? "feedback" : eventType;
    const name = this.#events.has(type) || this.#events.size < mostTypes ? type : otherTypes;
    this.#events.set(name, (this.#events.get(name) ?? 0) + 1);
  }

  #figures(): Figure[] {
    const { agents, approvals, clients, health, store, alerts } = this.#fleet;
    const groups = () => health.current?.groups ?? [];
    return [
      {
        name: "attune_agents",
        help: "Agents, by liveness.",
        type: "gauge",
        samples: () => counted(livenesses, agents.all.values(), ({ liveness }) => liveness, "liveness"),
      },
      {
        name: "attune_events_total",
        help: `Events published since this dashboard started, by type: ${mostTypes} of them, the others as "${otherTypes}".`,
        type: "counter",
        samples: () => [...this.#events].map(([event_type, value]) => ({ value, labels: { event_type } })),
      },
      {
        name: "attune_agent_errors_total",
        help: "Events of type agent_error since this dashboard started.",
        type: "counter",
        samples: () => [{ value: this.#errors }],
      },
      {
        name: "attune_approvals_pending",
        help: "Requests for approval that wait for a decision: at most 1000 are counted.",
        type: "gauge",
        samples: () => [{ value: approvals.pending.length }],
      },
      {
        name: "attune_group_lag",
        help: "Events not yet delivered to a consumer group.",
        type: "gauge",
        samples: () =>
          groups().flatMap(({ group, event_type, lag }) =>
            lag === null ? [] : [{ value: lag, labels: { group, event_type } }],
          ),
      },
      {
        name: "attune_group_pending",
        help: "Events delivered to a consumer group, and not acknowledged.",
        type: "gauge",
        samples: () =>
          groups().map(({ group, event_type, pending }) => ({
            value: pending,
            labels: { group, event_type },
          })),
      },
      {
        name: "attune_dead_letters",
        help: "Events that a consumer group gave up.",
        type: "gauge",
        samples: () => {
          const byGroup = new Map(groups().map(({ group, dead_letters }) => [group, dead_letters]));
          return [...byGroup].map(([group, value]) => ({ value, labels: { group } }));
        },
      },
      {
        name: "attune_store_up",
        help: "1: the store answers.",
        type: "gauge",
        samples: () => [{ value: store.state.status === "available" ? 1 : 0 }],
      },
      {
        name: "attune_store_bytes",
        help: "What the whole store takes.",
        type: "gauge",
        samples: () => known(health.current?.store.bytes),
      },
      {
        name: "attune_dashboard_clients",
        help: "Pages that are connected.",
        type: "gauge",
        samples: () => [{ value: clients.connected }],
      },
      {
        name: "attune_dashboard_clients_dropped_total",
        help: "Pages that were too slow, or did not answer any more.",
        type: "counter",
        samples: () => [{ value: clients.dropped }],
      },
      {
        name: "attune_alerts_firing",
        help: "Alerts that fire.",
        type: "gauge",
        samples: () => {
          const byRule = new Map<string, { value: number; readonly labels: Record<string, string> }>();
          for (const { rule, severity } of alerts.firing) {
            const key = `${rule} ${severity}`;
            const sample = byRule.get(key) ?? { value: 0, labels: { rule, severity } };
            sample.value += 1;
            byRule.set(key, sample);
          }
          return [...byRule.values()];
        },
      },
    ];
  }
}

/** Of all names, those of which there is none included. */
function counted<Item>(
  names: readonly string[],
  items: Iterable<Item>,
  nameOf: (item: Item) => string,
  label: string,
): Sample[] {
  const counts = new Map(names.map((name) => [name, 0]));
  for (const item of items) counts.set(nameOf(item), (counts.get(nameOf(item)) ?? 0) + 1);
  return [...counts].map(([name, value]) => ({ value, labels: { [label]: name } }));
}

function known(value: number | null | undefined): Sample[] {
  return value === null || value === undefined ? [] : [{ value }];
}
