/** The top of the page: which store, whether it is live, what is wrong, light or dark. */

import { useState } from "react";
import { Link } from "wouter";
import { useFleet, useSlice } from "../state/use-fleet.ts";
import { counted } from "../ui/number-text.ts";
import { useShortcuts } from "../ui/shortcuts.ts";
import { type Theme, themes, useTheme } from "../ui/theme.ts";
import { firing } from "./firing.ts";
import { usePageTitle } from "./page-title.ts";
import { ShortcutsDialog } from "./shortcuts-dialog.tsx";
import "./masthead.css";

export function Masthead() {
  const fleet = useFleet();
  useSlice("store");
  useSlice("connection");
  usePageTitle();
  const [showsKeys, setShowsKeys] = useState(false);
  const [theme, setTheme] = useTheme();
  useShortcuts({ "?": () => setShowsKeys(true) });
  const away = fleet.connection === "live" && fleet.store?.status === "unavailable";
  return (
    <header className="masthead">
      <Link href="/" className="brand">
        <img src="/icon.svg" alt="" width="20" height="20" />
        attune
      </Link>
      <span className="store" title={fleet.store?.location}>
        {fleet.store?.location}
      </span>
      {fleet.about?.read_only ? (
        <span className="badge" title="Nothing can be approved or rejected here: started with --read-only.">
          read only
        </span>
      ) : null}
      <AlertsLink />
      <span className={`live live-${away ? "away" : fleet.connection}`} role="status">
        {away ? "store away" : connectionText[fleet.connection]}
      </span>
      <label className="theme">
        <span className="visually-hidden">Colours</span>
        <select value={theme} onChange={(event) => setTheme(event.target.value as Theme)}>
          {themes.map((each) => (
            <option key={each} value={each}>
              {themeNames[each]}
            </option>
          ))}
        </select>
      </label>
      <button type="button" className="keys" aria-label="Keys" onClick={() => setShowsKeys(true)}>
        ?
      </button>
      {showsKeys ? <ShortcutsDialog onClose={() => setShowsKeys(false)} /> : null}
    </header>
  );
}

function AlertsLink() {
  const fleet = useFleet();
  useSlice("alerts");
  const alerts = firing(fleet.alerts);
  if (alerts.length === 0) return null;
  const isCritical = alerts.some(({ severity }) => severity === "critical");
  return (
    <Link
      href="/health"
      className={`alerts ${isCritical ? "alerts-critical" : "alerts-warning"}`}
      title={alerts.map(({ summary }) => summary).join("\n")}
    >
      {counted(alerts.length, "alert")}
    </Link>
  );
}

const connectionText = {
  connecting: "connecting",
  live: "live",
  away: "reconnecting",
  refused: "not let in",
} as const;

const themeNames = { system: "System", light: "Light", dark: "Dark" } as const;
