/** The top of the page: which store, whether it is live, light or dark. */
import { useFleet, useSlice } from "../state/use-fleet.ts";
import { type Theme, themes, useTheme } from "../ui/theme.ts";

export function Masthead() {
  const fleet = useFleet();
  useSlice("store");
  useSlice("connection");
  const [theme, setTheme] = useTheme();
  return (
    <header className="masthead">
      <strong className="brand">attune</strong>
      <span className="store" title={fleet.store?.location}>
        {fleet.store?.location}
      </span>
      {fleet.about?.read_only ? <span className="badge">read only</span> : null}
      <span className={`live live-${fleet.connection}`} role="status">
        {connectionText[fleet.connection]}
      </span>
      <label className="theme">
        <span className="visually-hidden">Colours</span>
        <select value={theme} onChange={(event) => setTheme(event.target.value as Theme)}>
          {themes.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      </label>
    </header>
  );
}

const connectionText = {
  connecting: "connecting",
  live: "live",
  away: "reconnecting",
  refused: "full",
} as const;
