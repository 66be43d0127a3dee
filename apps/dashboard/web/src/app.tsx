/** The page: the views, and what is around them. */
import { Route, Switch, useLocation } from "wouter";
import { ConnectionNotice } from "./masthead/connection-notice.tsx";
import { Masthead } from "./masthead/masthead.tsx";
import { Navigation } from "./masthead/navigation.tsx";
import { NotFound } from "./masthead/not-found.tsx";
import { agentIdOf } from "./ui/agent-path.ts";
import { ErrorBoundary } from "./ui/error-boundary.tsx";
import { AgentView } from "./views/agent/agent-view.tsx";
import { ApprovalsView } from "./views/approvals/approvals-view.tsx";
import { EventsView } from "./views/events/events-view.tsx";
import { FleetView } from "./views/fleet/fleet-view.tsx";
import { HealthView } from "./views/health/health-view.tsx";
import { QualityView } from "./views/quality/quality-view.tsx";
import { SignalsView } from "./views/signals/signals-view.tsx";

export function App() {
  const [location] = useLocation();
  return (
    <>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <Masthead />
      <Navigation />
      <ConnectionNotice />
      <main id="main" tabIndex={-1}>
        <ErrorBoundary name="This view" key={location}>
          <Switch>
            <Route path="/" component={FleetView} />
            <Route path="/agents/:id">
              {({ id }) => <AgentView agentId={agentIdOf(window.location) ?? id} />}
            </Route>
            <Route path="/signals" component={SignalsView} />
            <Route path="/events" component={EventsView} />
            <Route path="/approvals" component={ApprovalsView} />
            <Route path="/quality" component={QualityView} />
            <Route path="/health" component={HealthView} />
            <Route component={NotFound} />
          </Switch>
        </ErrorBoundary>
      </main>
    </>
  );
}
