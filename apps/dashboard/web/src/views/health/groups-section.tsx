/** Consumer groups: how far behind they are, what they have not acknowledged, and what they gave up. */

import { Fragment, useState } from "react";
import type { GroupHealthJson } from "../../../../src/protocol/records.ts";
import { useFleet } from "../../state/use-fleet.ts";
import { counted } from "../../ui/number-text.ts";
import { DeadLetters } from "./dead-letters.tsx";
import { countText } from "./figures.ts";
import { PagedRows } from "./paged-rows.tsx";
import { SortedTable } from "./sorted-table.tsx";

type Column = "group" | "lag" | "pending" | "dead_letters";

export function GroupsSection({
  groups,
  search,
}: {
  readonly groups: readonly GroupHealthJson[];
  readonly search: string;
}) {
  const { typeNames } = useFleet();
  const [sort, setSort] = useState<Column>("group");
  const [opened, setOpened] = useState<string>();
  const text = search.trim().toLowerCase();
  const found = groups.filter(({ group, event_type }) =>
    `${group} ${event_type} ${typeNames.of(event_type)}`.toLowerCase().includes(text),
  );
  const sorted = found.toSorted((one, other) => compare(one, other, sort));
  return (
    <section className="card in-groups" aria-labelledby="groups-heading">
      <h2 id="groups-heading">
        Consumer groups <span className="muted num">{new Set(groups.map(({ group }) => group)).size}</span>
      </h2>
      {sorted.length === 0 ? (
        <p className="muted">
          {groups.length === 0 ? "Nobody shares work in groups yet." : "None fits the search."}
        </p>
      ) : (
        <PagedRows rows={sorted}>
          {(shown) => (
            <SortedTable
              sort={sort}
              onSort={setSort}
              columns={[
                ["group", "Group"],
                [undefined, "Type"],
                ["lag", "Behind", "num"],
                ["pending", "Pending", "num"],
                ["dead_letters", "Dead letters", "num"],
              ]}
            >
              {shown.map(({ group, event_type, lag, pending, dead_letters }) => {
                const key = JSON.stringify([group, event_type]);
                const isOpen = opened === key;
                return (
                  <Fragment key={key}>
                    <tr>
                      <th scope="row" className="name" title={group}>
                        {group}
                      </th>
                      <td className="name" title={typeNames.of(event_type)}>
                        {typeNames.of(event_type)}
                      </td>
                      <td className="num">{countText(lag)}</td>
                      <td className="num">{countText(pending)}</td>
                      <td className="num">
                        {dead_letters === 0 ? (
                          0
                        ) : (
                          <button
                            type="button"
                            className="letters"
                            aria-expanded={isOpen}
                            aria-label={`${counted(dead_letters, "dead letter")} of ${group}`}
                            onClick={() => setOpened(isOpen ? undefined : key)}
                          >
                            {countText(dead_letters)} {isOpen ? "▴" : "▾"}
                          </button>
                        )}
                      </td>
                    </tr>
                    {isOpen ? (
                      <tr>
                        <td colSpan={5}>
                          <DeadLetters group={group} count={dead_letters} />
                        </td>
                      </tr>
                    ) : null}
                  </Fragment>
                );
              })}
            </SortedTable>
          )}
        </PagedRows>
      )}
    </section>
  );
}

function compare(one: GroupHealthJson, other: GroupHealthJson, column: Column): number {
  const byName = byText(one.group, other.group) || byText(one.event_type, other.event_type);
  if (column === "group") return byName;
  // What is unknown may be much.
  const [ones, others] = [one[column] ?? Number.MAX_VALUE, other[column] ?? Number.MAX_VALUE];
  return others - ones || byName;
}

function byText(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}
