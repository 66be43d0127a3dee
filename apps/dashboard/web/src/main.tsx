/** Begins: connects, and draws. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { connect } from "./connection/connect.ts";
import { FleetState } from "./state/fleet-state.ts";
import { FleetContext } from "./state/use-fleet.ts";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/layout.css";

const fleet = new FleetState();
connect(fleet);

createRoot(document.getElementById("app")!).render(
  <StrictMode>
    <FleetContext value={fleet}>
      <App />
    </FleetContext>
  </StrictMode>,
);
