/** Which store, whether it answers, and how quickly. */
import type { HealthJson } from "../../../../src/protocol/records.ts";
import { useFleet, useSlice } from "../../state/use-fleet.ts";
import { Ago } from "../../ui/ago.tsx";
import { bytesText } from "../../ui/bytes-text.ts";
import { Sparkline } from "../../ui/sparkline.tsx";
import { millisecondsText } from "./figures.ts";
import type { HealthHistory } from "./health-history.ts";

export interface StoreSectionProps {
  readonly health: HealthJson;
  readonly history: HealthHistory;
}

export function StoreSection({ health: { store }, history }: StoreSectionProps) {
  const fleet = useFleet();
  useSlice("store");
  const { latency_ms } = store;
  const state = fleet.store;
  return (
    <section className="card in-store" aria-labelledby="store-heading">
      <h2 id="store-heading">Store</h2>
      <dl className="pairs">
        <dt>Status</dt>
        <dd>
          <span className={state?.status === "available" ? "badge liveness-alive" : "badge liveness-lost"}>
            {state?.status ?? "unknown"}
          </span>{" "}
          {state ? (
            <span className="muted">
              since <Ago iso={state.since} />
            </span>
          ) : null}
        </dd>
        <dt>Product</dt>
        <dd>{[store.product, store.version].filter(Boolean).join(" ") || "unknown"}</dd>
        <dt>Takes</dt>
        <dd className="num">{bytesText(store.bytes)}</dd>
        <dt>Where</dt>
        <dd className="mono wrap">{state?.location}</dd>
      </dl>
      <h3>Time to answer, over the last minute</h3>
      {latency_ms ? (
        <>
          <dl className="trio num">
            <div>
              <dt>half within</dt>
              <dd>{millisecondsText(latency_ms.p50)}</dd>
            </div>
            <div>
              <dt>95 % within</dt>
              <dd>{millisecondsText(latency_ms.p95)}</dd>
            </div>
            <div>
              <dt>slowest</dt>
              <dd>{millisecondsText(latency_ms.max)}</dd>
            </div>
          </dl>
          <Sparkline
            values={history.latency.values}
            label="95th percentile of the store's time to answer"
            format={millisecondsText}
            from={0}
            width={300}
            height={36}
            fills
            showsRange
          />
        </>
      ) : (
        <p className="muted">It has not answered yet.</p>
      )}
    </section>
  );
}
