/** A transport for work that nobody waits for (automatic beats, watching): an outage is warned of, never thrown. */
import type { Transport } from "@attune/transport";

/** The same transport, but for `onUnavailable: "throw"`, which is meant for those who call. */
export function backgroundTransport(transport: Transport): Transport {
  if (transport.onUnavailable === "degrade") return transport;
  return {
    name: transport.name,
    location: transport.location,
    capabilities: transport.capabilities,
    limits: transport.limits,
    operationTimeoutMs: transport.operationTimeoutMs,
    onUnavailable: "degrade",
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
    follow: (request) => transport.follow(request),
    close: () => transport.close(),
    [Symbol.asyncDispose]: () => transport.close(),
  };
}
