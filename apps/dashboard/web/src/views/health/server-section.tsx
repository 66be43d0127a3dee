/** The dashboard's own server: who looks, what it takes, what it has told others. */
import type { HealthJson } from "../../../../src/protocol/records.ts";
import { useFleet } from "../../state/use-fleet.ts";
import { bytesText } from "../../ui/bytes-text.ts";
import { spanText } from "../../ui/time-text.ts";
import { countText } from "./figures.ts";

export function ServerSection({ health: { clients, server, webhook } }: { readonly health: HealthJson }) {
  const fleet = useFleet();
  return (
    <section className="card in-server" aria-labelledby="server-heading">
      <h2 id="server-heading">Dashboard</h2>
      <dl className="pairs num">
        <dt>Version</dt>
        <dd>{fleet.about?.version ?? "?"}</dd>
        <dt>Up for</dt>
        <dd>{spanText(server.uptime_s * 1000)}</dd>
        <dt>Memory</dt>
        <dd>{bytesText(server.rss_bytes)}</dd>
        <dt>Pages</dt>
        <dd>
          {countText(clients.connected)} connected
          {clients.dropped > 0 ? `, ${countText(clients.dropped)} dropped for being slow` : ""}
        </dd>
        <dt>Webhook</dt>
        <dd>
          {webhook ? (
            <>
              {countText(webhook.delivered)} delivered, {countText(webhook.waiting)} waiting,{" "}
              <span className={webhook.failed > 0 ? "has-errors" : undefined}>
                {countText(webhook.failed)} failed
              </span>
            </>
          ) : (
            <span className="muted">alerts are posted nowhere</span>
          )}
        </dd>
      </dl>
    </section>
  );
}
