/** The page: the views, and what is around them. */
import { Route, Switch } from "wouter";
import { ConnectionNotice } from "./masthead/connection-notice.tsx";
import { Masthead } from "./masthead/masthead.tsx";
import { Navigation } from "./masthead/navigation.tsx";
import { AgentView } from "./views/agent/agent-view.tsx";
import { ApprovalsView } from "./views/approvals/approvals-view.tsx";
import { EventsView } from "./views/events/events-view.tsx";
import { FleetView } from "./views/fleet/fleet-view.tsx";
import { HealthView } from "./views/health/health-view.tsx";
import { QualityView } from "./views/quality/quality-view.tsx";
import { SignalsView } from "./views/signals/signals-view.tsx";

export function App() {
  return (
    <>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <Masthead />
      <Navigation />
      <ConnectionNotice />
      <main id="main" tabIndex={-1}>
        <Switch>
          <Route path="/" component={FleetView} />
          <Route path="/agents/:id">{({ id }) => <AgentView agentId={id} key={id} />}</Route>
          <Route path="/signals" component={SignalsView} />
          <Route path="/events" component={EventsView} />
          <Route path="/approvals" component={ApprovalsView} />
          <Route path="/quality" component={QualityView} />
          <Route path="/health" component={HealthView} />
          <Route>
            <h1>There is nothing here</h1>
          </Route>
        </Switch>
      </main>
    </>
  );
}
