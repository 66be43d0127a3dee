/** The same transport in some respects another: facets that degrade, another answer to an outage, another speaker or logger. */
import type { Transport } from "./transport.ts";
import { rememberOrigin, transportOrigin } from "./transport-origin.ts";

export type TransportChanges = Partial<
  Pick<
    Transport,
    "onUnavailable" | "component" | "logger" | "onStatus" | "streams" | "groups" | "mailboxes" | "records"
  >
>;

/** Everything but the changes is the transport's own, its closing included. */
export function transportWith(transport: Transport, changes: TransportChanges): Transport {
  const origin = transportOrigin(transport);
  const changed: Transport = {
    name: transport.name,
    location: transport.location,
    capabilities: transport.capabilities,
    limits: transport.limits,
    operationTimeoutMs: transport.operationTimeoutMs,
    onUnavailable: transport.onUnavailable,
    component: transport.component,
    logger: transport.logger,
    clock: transport.clock,
    get status() {
      return transport.status;
    },
    onStatus: (listener) => transport.onStatus(listener),
    streams: transport.streams,
    groups: transport.groups,
    mailboxes: transport.mailboxes,
    records: transport.records,
    bell: transport.bell,
    info: () => transport.info(),
    follow: (request) => transport.follow(request),
    close: () => transport.close(),
    [Symbol.asyncDispose]: () => transport.close(),
    ...changes,
  };
  if (origin) rememberOrigin(changed, origin);
  return changed;
}
