/** The same transport in some respects another: facets that degrade, or another answer to an outage. */
import type { Transport } from "./transport.ts";

export type TransportChanges = Partial<
  Pick<Transport, "onUnavailable" | "streams" | "mailboxes" | "records">
>;

/** Everything but the changes is the transport's own, its closing included. */
export function transportWith(transport: Transport, changes: TransportChanges): Transport {
  return {
    name: transport.name,
    location: transport.location,
    capabilities: transport.capabilities,
    limits: transport.limits,
    operationTimeoutMs: transport.operationTimeoutMs,
    onUnavailable: transport.onUnavailable,
    logger: transport.logger,
    clock: transport.clock,
    get status() {
      return transport.status;
    },
    onStatus: (listener) => transport.onStatus(listener),
    streams: transport.streams,
    mailboxes: transport.mailboxes,
    records: transport.records,
    bell: transport.bell,
    info: () => transport.info(),
    follow: (request) => transport.follow(request),
    close: () => transport.close(),
    [Symbol.asyncDispose]: () => transport.close(),
    ...changes,
  };
}
