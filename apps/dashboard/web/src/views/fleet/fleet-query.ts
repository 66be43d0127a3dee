/** What of the fleet somebody wants to see, and how: as it stands in the address. */
import { type Liveness, livenesses } from "../../ui/livenesses.ts";

export const statuses = ["starting", "running", "idle", "completed", "failed", "cancelled"] as const;
export type Status = (typeof statuses)[number];

export const sorts = ["liveness", "id", "last_beat", "progress"] as const;
export type Sort = (typeof sorts)[number];

export interface FleetQuery {
  readonly search: string;
  /** None: all. */
  readonly livenesses: ReadonlySet<Liveness>;
  /** `null`: any. */
  readonly status: Status | null;
  readonly sort: Sort;
  /** The other way round than the sort goes by itself. */
  readonly reversed: boolean;
  readonly byWorkflow: boolean;
}

/** What is not understood is left out: somebody may have typed it. */
export function readFleetQuery(query: URLSearchParams): FleetQuery {
  const wanted = (query.get("liveness") ?? "").split(",");
  return {
    search: query.get("q") ?? "",
    livenesses: new Set(livenesses.filter((liveness) => wanted.includes(liveness))),
    status: statuses.find((status) => status === query.get("status")) ?? null,
    sort: sorts.find((sort) => sort === query.get("sort")) ?? "liveness",
    reversed: query.get("order") === "reversed",
    byWorkflow: query.get("group") === "workflow",
  };
}

/** What is as it is by itself is left out. */
export function writeFleetQuery(query: FleetQuery): URLSearchParams {
  const written = new URLSearchParams();
  if (query.search !== "") written.set("q", query.search);
  if (query.livenesses.size > 0) written.set("liveness", [...query.livenesses].join(","));
  if (query.status) written.set("status", query.status);
  if (query.sort !== "liveness") written.set("sort", query.sort);
  if (query.reversed) written.set("order", "reversed");
  if (query.byWorkflow) written.set("group", "workflow");
  return written;
}

/** The same with the liveness added, or without it. */
export function toggled(chosen: ReadonlySet<Liveness>, liveness: Liveness): ReadonlySet<Liveness> {
  const next = new Set(chosen);
  if (!next.delete(liveness)) next.add(liveness);
  return next;
}
