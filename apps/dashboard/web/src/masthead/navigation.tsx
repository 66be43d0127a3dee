/** From view to view, by link or by `g` and a letter. */
import { useRef } from "react";
import { Link, useLocation } from "wouter";
import { useFleet, useSlice } from "../state/use-fleet.ts";
import { useShortcuts } from "../ui/shortcuts.ts";
import { views } from "../views/views.ts";
import { firing } from "./firing.ts";

/** How long after `g` a letter still counts. */
const chordMs = 1500;

export function Navigation() {
  const [location, navigate] = useLocation();
  const fleet = useFleet();
  useSlice("approvals");
  useSlice("alerts");
  const goUntil = useRef(0);
  const go = (path: string) => () => {
    const isChord = performance.now() < goUntil.current;
    goUntil.current = 0;
    if (!isChord) return false;
    navigate(path);
  };
  useShortcuts(
    {
      g: () => {
        goUntil.current = performance.now() + chordMs;
      },
      ...Object.fromEntries(views.map(({ key, path }) => [key, go(path)])),
    },
    { first: true },
  );
  const counts: Readonly<Record<string, readonly [number, string]>> = {
    "/approvals": [fleet.approvals.length, "waiting"],
    "/health": [firing(fleet.alerts).length, firing(fleet.alerts).length === 1 ? "alert" : "alerts"],
  };
  return (
    <nav aria-label="Views">
      {views.map(({ path, name }) => {
        const [count, what] = counts[path] ?? [0, ""];
        return (
          <Link key={path} href={path} aria-current={isOf(path, location) ? "page" : undefined}>
            {name}
            {count > 0 ? (
              <span className="count">
                {count} <span className="visually-hidden">{what}</span>
              </span>
            ) : null}
          </Link>
        );
      })}
    </nav>
  );
}

/** Pages of an agent belong to the fleet. */
function isOf(path: string, location: string): boolean {
  return location === path || (path === "/" && location.startsWith("/agents/"));
}
