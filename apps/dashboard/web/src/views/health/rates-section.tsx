/** How many events there are a second, of which types, and how many errors. */
import { Link } from "wouter";
import type { HealthJson } from "../../../../src/protocol/records.ts";
import { useFleet } from "../../state/use-fleet.ts";
import { Sparkline } from "../../ui/sparkline.tsx";
import { countText, rateText } from "./figures.ts";
import type { HealthHistory } from "./health-history.ts";
import { PagedRows } from "./paged-rows.tsx";

export interface RatesSectionProps {
  readonly health: HealthJson;
  readonly history: HealthHistory;
}

export function RatesSection({ health: { rates }, history }: RatesSectionProps) {
  const { typeNames } = useFleet();
  const now = new Map(rates.by_type.map(({ event_type, per_second }) => [event_type, per_second]));
  const types = [...new Set([...now.keys(), ...history.types])].sort();
  return (
    <section className="card in-rates" aria-labelledby="rates-heading">
      <h2 id="rates-heading">Events</h2>
      <div className="duo">
        <div>
          <p className="big num">
            {rateText(rates.events_per_second)}{" "}
            <span className="muted">{rates.events_per_second === 1 ? "event" : "events"} a second</span>
          </p>
          <Sparkline
            values={history.events.values}
            label="Events a second"
            format={rateText}
            from={0}
            width={200}
            height={36}
            fills
            showsRange
          />
        </div>
        <div>
          <p className={rates.errors_per_minute > 0 ? "big num has-errors" : "big num"}>
            {countText(rates.errors_per_minute)}{" "}
            <span className="muted">{rates.errors_per_minute === 1 ? "error" : "errors"} a minute</span>
          </p>
          <Sparkline
            values={history.errors.values}
            label="Errors a minute"
            format={countText}
            from={0}
            width={200}
            height={36}
            fills
            showsRange
          />
        </div>
      </div>
      {types.length === 0 ? (
        <p className="muted">No events within the last minutes.</p>
      ) : (
        <PagedRows rows={types} perPage={10}>
          {(shown) => (
            <div className="table-box">
              <table className="figures">
                <thead>
                  <tr>
                    <th scope="col">Type</th>
                    <th scope="col">Last minutes</th>
                    <th scope="col" className="num">
                      A second
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {shown.map((type) => (
                    <tr key={type}>
                      <th scope="row" className="name" title={typeNames.of(type)}>
                        <Link href={`/events?type=${encodeURIComponent(type)}`}>{typeNames.of(type)}</Link>
                      </th>
                      <td>
                        <Sparkline
                          values={history.ofType(type)}
                          label={`${typeNames.of(type)} a second`}
                          format={rateText}
                          from={0}
                          width={110}
                          height={20}
                        />
                      </td>
                      <td className="num">{rateText(now.get(type) ?? 0)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </PagedRows>
      )}
    </section>
  );
}
