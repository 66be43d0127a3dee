/** Says so when what the page shows is not what is. */
import { useFleet, useSlice } from "../state/use-fleet.ts";
import { TimeOfDay } from "../ui/time.tsx";

export function ConnectionNotice() {
  const fleet = useFleet();
  useSlice("connection");
  useSlice("store");
  if (fleet.connection === "away" || fleet.connection === "refused") {
    return (
      <div className="notice" role="alert">
        {fleet.connectionReason} What is shown is what was known last.
      </div>
    );
  }
  if (fleet.store?.status !== "unavailable") return null;
  return (
    <div className="notice" role="alert">
      The store has not answered since <TimeOfDay iso={fleet.store.since} />. What is shown is what was known
      last.
    </div>
  );
}
