/** What is amiss now, what was, and when it would be said. */

import { Link } from "wouter";
import type { AlertJson } from "../../../../src/protocol/records.ts";
import { useJson } from "../../api/use-json.ts";
import { firing } from "../../masthead/firing.ts";
import { useFleet, useSlice } from "../../state/use-fleet.ts";
import { Ago } from "../../ui/ago.tsx";
import { counted } from "../../ui/number-text.ts";
import { TimeOfDay } from "../../ui/time.tsx";
import { type AlertRuleJson, conditionText, ruleName, subjectPath } from "./alert-texts.ts";
import { PagedRows } from "./paged-rows.tsx";

interface AlertsAnswer {
  readonly rules?: Readonly<Record<string, AlertRuleJson>>;
}

export function AlertsSection() {
  const fleet = useFleet();
  useSlice("alerts");
  useSlice("connection");
  // After a restart there may be other rules.
  const { data } = useJson<AlertsAnswer>("/api/alerts", fleet.about?.server);
  const now = firing(fleet.alerts).toSorted(bySeverity);
  const resolved = fleet.alerts.filter(({ resolved_at }) => resolved_at !== null);
  const rules = Object.entries(data?.rules ?? {});
  return (
    <section className="card alerts-card" aria-labelledby="alerts-heading">
      <h2 id="alerts-heading">Alerts</h2>
      {now.length === 0 ? (
        <p className="calm">Nothing is amiss.</p>
      ) : (
        <PagedRows rows={now}>
          {(shown) => (
            <ul className="alert-list">
              {shown.map((alert) => (
                <Alert key={alert.alert_id} alert={alert} />
              ))}
            </ul>
          )}
        </PagedRows>
      )}
      {resolved.length > 0 ? (
        <details>
          <summary>{resolved.length} resolved within the last hour</summary>
          <PagedRows rows={resolved}>
            {(shown) => (
              <ul className="alert-list">
                {shown.map((alert) => (
                  <Alert key={alert.alert_id} alert={alert} />
                ))}
              </ul>
            )}
          </PagedRows>
        </details>
      ) : null}
      {rules.length > 0 ? (
        <details>
          <summary>{counted(rules.filter(([, { enabled }]) => enabled).length, "rule")} in force</summary>
          <div className="table-box">
            <table className="figures">
              <thead>
                <tr>
                  <th scope="col">Rule</th>
                  <th scope="col">Fires at</th>
                  <th scope="col">Severity</th>
                </tr>
              </thead>
              <tbody>
                {rules.map(([name, rule]) => (
                  <tr key={name} className={rule.enabled ? undefined : "muted"}>
                    <th scope="row">{ruleName(name)}</th>
                    <td>{rule.enabled ? conditionText(name, rule) : "switched off"}</td>
                    <td>{rule.severity}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </details>
      ) : null}
    </section>
  );
}

function Alert({ alert }: { readonly alert: AlertJson }) {
  const { rule, severity, summary, subjects, since, resolved_at } = alert;
  return (
    <li className={resolved_at === null ? `alert ${severity}` : "alert resolved"}>
      <span className={`badge severity-${severity}`}>{severity}</span>
      <div className="alert-body">
        <p>
          <strong>{ruleName(rule)}</strong> {summary}
        </p>
        <p className="subjects">
          {subjects.map((subject) => (
            <Subject key={subject} rule={rule} subject={subject} />
          ))}
        </p>
      </div>
      <span className="alert-time muted num">
        {resolved_at === null ? (
          <Ago iso={since} />
        ) : (
          <>
            <TimeOfDay iso={since} /> to <TimeOfDay iso={resolved_at} />
          </>
        )}
      </span>
    </li>
  );
}

function Subject({ rule, subject }: { readonly rule: string; readonly subject: string }) {
  const path = subjectPath(rule, subject);
  return path === undefined ? (
    <span className="cut muted" title={subject}>
      {subject}
    </span>
  ) : (
    <Link href={path} className="cut" title={subject}>
      {subject}
    </Link>
  );
}

function bySeverity(one: AlertJson, other: AlertJson): number {
  if (one.severity !== other.severity) return one.severity === "critical" ? -1 : 1;
  return one.since === other.since ? 0 : one.since < other.since ? 1 : -1;
}
