/** From view to view, by link or by `g` and a letter. */
import { useRef } from "react";
import { Link, useLocation } from "wouter";
import { useFleet, useSlice } from "../state/use-fleet.ts";
import { useShortcuts } from "../ui/shortcuts.ts";
import { views } from "../views/views.ts";

/** How long after `g` a letter still counts. */
const chordMs = 1500;

export function Navigation() {
  const [location, navigate] = useLocation();
  const fleet = useFleet();
  useSlice("approvals");
  useSlice("alerts");
  const goUntil = useRef(0);
  const go = (path: string) => () => {
    if (performance.now() < goUntil.current) navigate(path);
    goUntil.current = 0;
  };
  useShortcuts({
    g: () => {
      goUntil.current = performance.now() + chordMs;
    },
    ...Object.fromEntries(views.map(({ key, path }) => [key, go(path)])),
  });
  const counts: Readonly<Record<string, number>> = {
    "/approvals": fleet.approvals.length,
    "/health": fleet.alerts.filter(({ resolved_at }) => resolved_at === null).length,
  };
  return (
    <nav aria-label="Views">
      {views.map(({ path, name }) => (
        <Link key={path} href={path} aria-current={location === path ? "page" : undefined}>
          {name}
          {counts[path] ? <span className="count">{counts[path]}</span> : null}
        </Link>
      ))}
    </nav>
  );
}
