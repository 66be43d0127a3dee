/** Requests for approval: what waits, and what was decided. */
import { useState } from "react";
import { useSearchParams } from "wouter";
import { useFleet, useSlice } from "../../state/use-fleet.ts";
import { SearchBox } from "../../ui/search-box.tsx";
import { DecidedApprovals } from "./decided-approvals.tsx";
import { PendingApprovals } from "./pending-approvals.tsx";
import "./approvals.css";

export function ApprovalsView() {
  const fleet = useFleet();
  useSlice("approvals");
  const [parameters, setParameters] = useSearchParams();
  const [search, setSearch] = useState("");
  const isDecided = parameters.get("show") === "decided";
  const show = (decided: boolean) => setParameters(decided ? { show: "decided" } : {});
  return (
    <div className="approvals-view">
      <div className="toolbar">
        <h1>Approvals</h1>
        <fieldset className="switch">
          <legend className="visually-hidden">Which requests</legend>
          <button type="button" aria-pressed={!isDecided} onClick={() => show(false)}>
            Pending <span className="num">{fleet.approvals.length}</span>
          </button>
          <button type="button" aria-pressed={isDecided} onClick={() => show(true)}>
            Decided
          </button>
        </fieldset>
        <SearchBox label="Search type, agent, request" value={search} onChange={setSearch} />
      </div>
      {isDecided ? <DecidedApprovals search={search} /> : <PendingApprovals search={search} />}
    </div>
  );
}
