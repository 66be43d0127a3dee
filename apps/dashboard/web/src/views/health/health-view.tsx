/** How the store, the streams, the groups and the dashboard itself are; and what somebody should look at. */
import { useRef, useState } from "react";
import { useFleet } from "../../state/use-fleet.ts";
import { SearchBox } from "../../ui/search-box.tsx";
import { useShortcuts } from "../../ui/shortcuts.ts";
import { AlertsSection } from "./alerts-section.tsx";
import { GroupsSection } from "./groups-section.tsx";
import { RatesSection } from "./rates-section.tsx";
import { ServerSection } from "./server-section.tsx";
import { StoreSection } from "./store-section.tsx";
import { StreamsSection } from "./streams-section.tsx";
import { useHealthHistory } from "./use-health-history.ts";
import "./health.css";

export function HealthView() {
  const fleet = useFleet();
  const history = useHealthHistory();
  const [search, setSearch] = useState("");
  const box = useRef<HTMLDivElement>(null);
  const { health } = fleet;
  const go = (by: number) => () => {
    const sections = [...(box.current?.querySelectorAll<HTMLElement>("section.card") ?? [])];
    const at = sections.findIndex((section) => section.contains(document.activeElement));
    const next = sections[at < 0 ? 0 : Math.max(0, Math.min(sections.length - 1, at + by))];
    if (!next) return;
    next.tabIndex = -1;
    next.focus();
  };
  useShortcuts({ j: go(1), k: go(-1) });
  return (
    <div className="health-view" ref={box}>
      <div className="toolbar">
        <h1>Health</h1>
        <SearchBox label="Search streams and groups" value={search} onChange={setSearch} />
      </div>
      <AlertsSection />
      {health ? (
        <div className="health-grid">
          <StoreSection health={health} history={history} />
          <RatesSection health={health} history={history} />
          <ServerSection health={health} />
          <StreamsSection streams={health.streams} search={search} />
          <GroupsSection groups={health.groups} search={search} />
        </div>
      ) : (
        <p className="muted">Measuring …</p>
      )}
    </div>
  );
}
