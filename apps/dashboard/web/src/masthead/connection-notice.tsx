/** Says so when what the page shows is not what is. */
import { useRef } from "react";
import { useFleet, useSlice } from "../state/use-fleet.ts";
import { TimeOfDay } from "../ui/time.tsx";

export function ConnectionNotice() {
  const fleet = useFleet();
  useSlice("connection");
  useSlice("store");
  const firstVersion = useRef<string>(undefined);
  firstVersion.current ??= fleet.about?.version;
  if (fleet.connection === "away" || fleet.connection === "refused") {
    return (
      <div className="notice" role="alert">
        {fleet.connectionReason} {fleet.about ? "What is shown is what was known last." : null}
      </div>
    );
  }
  if (fleet.store?.status === "unavailable") {
    return (
      <div className="notice" role="alert">
        The store has not answered since <TimeOfDay iso={fleet.store.since} />. What is shown is what was
        known last.
      </div>
    );
  }
  if (fleet.about && fleet.about.version !== firstVersion.current) {
    return (
      <div className="notice" role="status">
        The dashboard is version {fleet.about.version} now, this page is of {firstVersion.current}.{" "}
        <button type="button" onClick={() => window.location.reload()}>
          Load the new one
        </button>
      </div>
    );
  }
  return null;
}
