/** The transport as gates use it: one that degrades, and that speaks of an outage once for all the gates on it. */
import { type Transport, transportWith } from "@attune/transport";

export const component = "ApprovalGate";

/** Programs have a gate for each of their agents: what is alike is made once. */
const made = new WeakMap<Transport, Transport>();

/** Whatever fails here means "not approved", and is told as such: nobody has to catch it. */
export function approvalTransport(given: Transport): Transport {
  const known = made.get(given);
  if (known) return known;
  const transport = transportWith(given, {
    onUnavailable: "degrade",
    component: given.component ?? component,
  });
  made.set(given, transport);
  return transport;
}
