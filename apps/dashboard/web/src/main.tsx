/** Begins: connects, and draws. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { connect } from "./connection/connect.ts";
import { FleetState } from "./state/fleet-state.ts";
import { FleetContext } from "./state/use-fleet.ts";
import { followClock } from "./ui/clock.ts";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/layout.css";

const fleet = new FleetState();
followClock(fleet.serverClock);
connect(fleet);

createRoot(document.getElementById("app")!).render(
  <StrictMode>
    <FleetContext value={fleet}>
      <App />
    </FleetContext>
  </StrictMode>,
);
