/** What the tab of the browser says: what waits for somebody, the view, the product. */
import { useEffect } from "react";
import { useLocation } from "wouter";
import type { FleetState } from "../state/fleet-state.ts";
import { useFleet, useSlice } from "../state/use-fleet.ts";
import { agentIdOf } from "../ui/agent-path.ts";
import { views } from "../views/views.ts";
import { firing } from "./firing.ts";

export function usePageTitle(): void {
  const fleet = useFleet();
  // Drawn anew when it is another page.
  useLocation();
  useSlice("approvals");
  useSlice("alerts");
  useSlice("connection");
  const title = pageTitle(window.location, fleet);
  const hasAlerts = firing(fleet.alerts).length > 0;
  useEffect(() => {
    document.title = title;
  }, [title]);
  useEffect(() => {
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (icon) icon.href = hasAlerts ? "/icon-alert.svg" : "/icon.svg";
  }, [hasAlerts]);
}

interface PageAddress {
  readonly pathname: string;
  readonly search: string;
}

function pageTitle(
  address: PageAddress,
  { approvals, alerts, connection }: Pick<FleetState, "approvals" | "alerts" | "connection">,
): string {
  const waiting = approvals.length + firing(alerts).length;
  const name = nameOf(address);
  return `${waiting > 0 ? `(${waiting}) ` : ""}${name}${connection === "away" ? " · not connected" : ""} · attune`;
}

function nameOf(address: PageAddress): string {
  return agentIdOf(address) ?? views.find(({ path }) => path === address.pathname)?.name ?? "Not found";
}
