/** How good each stage of each workflow is at each tier of models, live. */
import { useMemo, useState } from "react";
import { useFleet, useSlice } from "../../state/use-fleet.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { counted, twoDigits } from "../../ui/number-text.ts";
import { SearchBox } from "../../ui/search-box.tsx";
import { useMedia } from "../../ui/use-media.ts";
import { VirtualList } from "../../ui/virtual-list.tsx";
import { qualityExample } from "../examples.ts";
import { type QualityRow, type QualitySort, qualityRows } from "./quality-rows.ts";
import { rememberedThreshold, rememberThreshold } from "./remembered-threshold.ts";
import { StageRow } from "./stage-row.tsx";
import "./quality.css";

const heights = {
  wide: { heading: 44, head: 50, tier: 34 },
  narrow: { heading: 58, head: 82, tier: 78 },
} as const;

export function QualityView() {
  const fleet = useFleet();
  const version = useSlice("quality");
  const isNarrow = useMedia("(max-width: 60rem)");
  const [search, setSearch] = useState("");
  const [sort, setSort] = useState<QualitySort>("name");
  const [threshold, setThreshold] = useState(rememberedThreshold);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set<string>());
  const [selectedKey, setSelected] = useState<string>();
  const { quality } = fleet;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version says when there are others
  const rows = useMemo(
    () => qualityRows(quality ?? [], { search, sort, threshold, closed }),
    [quality, version, search, sort, threshold, closed],
  );
  const height = useMemo(() => {
    const { heading, head, tier } = isNarrow ? heights.narrow : heights.wide;
    return (row: QualityRow) => (row.kind === "heading" ? heading : head + tier * row.stage.tiers.length);
  }, [isNarrow]);
  const headings = rows.filter((row) => row.kind === "heading");
  const areAllClosed = headings.length > 0 && headings.every(({ isOpen }) => !isOpen);
  const toggle = (row: QualityRow) => {
    if (row.kind !== "heading") return;
    const next = new Set(closed);
    if (!next.delete(row.key)) next.add(row.key);
    setClosed(next);
  };
  const draw = (row: QualityRow) =>
    row.kind === "heading" ? (
      <Heading row={row} threshold={threshold} />
    ) : (
      <StageRow stage={row.stage} threshold={threshold} isPoor={row.isPoor} />
    );
  return (
    <div className="quality-view">
      <div className="toolbar">
        <h1>Quality</h1>
        <SearchBox label="Search workflows and stages" value={search} onChange={setSearch} />
        <label>
          Sorted by{" "}
          <select value={sort} onChange={(event) => setSort(event.target.value as QualitySort)}>
            <option value="name">name</option>
            <option value="worst">worst first</option>
          </select>
        </label>
        <label>
          Poor below{" "}
          <input
            type="number"
            min={0}
            max={1}
            step={0.05}
            value={threshold}
            onChange={(event) => {
              const value = Math.max(0, Math.min(1, event.target.valueAsNumber || 0));
              setThreshold(value);
              rememberThreshold(value);
            }}
          />
        </label>
        <button
          type="button"
          disabled={headings.length === 0}
          onClick={() => setClosed(new Set(areAllClosed ? [] : headings.map(({ key }) => key)))}
        >
          {areAllClosed ? "Open all" : "Close all"}
        </button>
      </div>
      {quality === undefined ? (
        <p className="muted">Reading the ratings …</p>
      ) : quality.length === 0 ? (
        <NoRatings />
      ) : rows.length === 0 ? (
        <p className="muted">No workflow or stage fits the search.</p>
      ) : (
        <VirtualList
          label="Stages of workflows and their quality"
          items={rows}
          keyOf={keyOf}
          height={height}
          role="tree"
          aria={ariaOf}
          selection={{ key: selectedKey, onSelect: ({ key }) => setSelected(key), onOpen: toggle }}
        >
          {draw}
        </VirtualList>
      )}
    </div>
  );
}

const keyOf = ({ key }: QualityRow) => key;
const ariaOf = (row: QualityRow) =>
  row.kind === "heading" ? { "aria-level": 1, "aria-expanded": row.isOpen } : { "aria-level": 2 };

function Heading({
  row: { name, isPoor, isOpen, stages, worst },
  threshold,
}: {
  readonly row: QualityRow & { kind: "heading" };
  readonly threshold: number;
}) {
  return (
    <div className={isPoor ? "quality-heading is-poor" : "quality-heading"}>
      <span aria-hidden="true">{isOpen ? "▾" : "▸"}</span>
      <strong className="cut" title={name}>
        {isPoor ? `Below ${twoDigits(threshold)} on average` : name}
      </strong>
      <span className="muted num">
        {counted(stages, "stage")}
        {worst === null ? "" : `, lowest average ${twoDigits(worst)}`}
      </span>
    </div>
  );
}

function NoRatings() {
  const fleet = useFleet();
  useSlice("store");
  return (
    <EmptyState title="No ratings yet" example={qualityExample(fleet.store?.location)}>
      A workflow rates what each stage gave at a tier of models, from 0 to 1; from ten ratings on a tier is
      recommended.
    </EmptyState>
  );
}
