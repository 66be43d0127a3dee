/** What the tab of the browser says: what waits for somebody, the view, the product. */
import { useEffect } from "react";
import { useLocation } from "wouter";
import type { FleetState } from "../state/fleet-state.ts";
import { useFleet, useSlice } from "../state/use-fleet.ts";
import { views } from "../views/views.ts";
import { firing } from "./firing.ts";

export function usePageTitle(): void {
  const fleet = useFleet();
  const [location] = useLocation();
  useSlice("approvals");
  useSlice("alerts");
  useSlice("connection");
  const title = pageTitle(location, fleet);
  const hasAlerts = firing(fleet.alerts).length > 0;
  useEffect(() => {
    document.title = title;
  }, [title]);
  useEffect(() => {
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (icon) icon.href = hasAlerts ? "/icon-alert.svg" : "/icon.svg";
  }, [hasAlerts]);
}

export function pageTitle(
  location: string,
  { approvals, alerts, connection }: Pick<FleetState, "approvals" | "alerts" | "connection">,
): string {
  const waiting = approvals.length + firing(alerts).length;
  const name = nameOf(location);
  return `${waiting > 0 ? `(${waiting}) ` : ""}${name}${connection === "away" ? " · not connected" : ""} · attune`;
}

function nameOf(location: string): string {
  const agent = /^\/agents\/(.+)$/.exec(location)?.[1];
  if (agent !== undefined) return decoded(agent);
  return views.find(({ path }) => path === location)?.name ?? "Not found";
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
