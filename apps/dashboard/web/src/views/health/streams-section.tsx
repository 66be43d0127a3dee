/** How long and how old each stream of events is, and what it takes. */
import { useState } from "react";
import type { StreamHealthJson } from "../../../../src/protocol/records.ts";
import { useFleet } from "../../state/use-fleet.ts";
import { Ago } from "../../ui/ago.tsx";
import { bytesText } from "../../ui/bytes-text.ts";
import { countText } from "./figures.ts";
import { PagedRows } from "./paged-rows.tsx";
import { SortedTable } from "./sorted-table.tsx";

type Column = "event_type" | "length" | "bytes" | "newest_at";

export function StreamsSection({
  streams,
  search,
}: {
  readonly streams: readonly StreamHealthJson[];
  readonly search: string;
}) {
  const { typeNames } = useFleet();
  const [sort, setSort] = useState<Column>("event_type");
  const text = search.trim().toLowerCase();
  const found = streams.filter(({ event_type }) =>
    `${event_type} ${typeNames.of(event_type)}`.toLowerCase().includes(text),
  );
  const sorted = found.toSorted((one, other) => compare(one, other, sort));
  return (
    <section className="card in-streams" aria-labelledby="streams-heading">
      <h2 id="streams-heading">
        Streams <span className="muted num">{streams.length}</span>
      </h2>
      {sorted.length === 0 ? (
        <p className="muted">{streams.length === 0 ? "There are none yet." : "None fits the search."}</p>
      ) : (
        <PagedRows rows={sorted}>
          {(shown) => (
            <SortedTable
              sort={sort}
              onSort={setSort}
              columns={[
                ["event_type", "Type"],
                ["length", "Events", "num"],
                ["bytes", "Takes", "num"],
                [undefined, "Oldest", "num"],
                ["newest_at", "Newest", "num"],
              ]}
            >
              {shown.map(({ event_type, length, bytes, oldest_at, newest_at }) => (
                <tr key={event_type}>
                  <th scope="row" className="name" title={typeNames.of(event_type)}>
                    {typeNames.of(event_type)}
                  </th>
                  <td className="num">{countText(length)}</td>
                  <td className="num">{bytesText(bytes)}</td>
                  <td className="num">
                    <Ago iso={oldest_at} />
                  </td>
                  <td className="num">
                    <Ago iso={newest_at} />
                  </td>
                </tr>
              ))}
            </SortedTable>
          )}
        </PagedRows>
      )}
    </section>
  );
}

/** By name upwards, by figures downwards. */
function compare(one: StreamHealthJson, other: StreamHealthJson, column: Column): number {
  if (column === "event_type") return byText(one.event_type, other.event_type);
  if (column === "newest_at") {
    return byText(other.newest_at ?? "", one.newest_at ?? "") || byText(one.event_type, other.event_type);
  }
  return (other[column] ?? -1) - (one[column] ?? -1) || byText(one.event_type, other.event_type);
}

function byText(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}
