/** Where a transport came from, for a feature that has to open a second one to the same store in a thread of its own. */
import type { Transport } from "./transport.ts";

export interface TransportOrigin {
  /** May hold a password: never to be logged, stored or sent. */
  readonly url: string;
  readonly prefix: string;
  readonly operationTimeoutMs: number;
}

// On the global object: a transport opened with one copy of this package is known to the other. A WeakMap and not a
// property of the transport: who prints or serialises a transport must not print a password.
const slot = Symbol.for("@attune/transport-origins");
const holder = globalThis as { [slot]?: WeakMap<Transport, TransportOrigin> };

export function rememberOrigin(transport: Transport, origin: TransportOrigin): void {
  holder[slot] ??= new WeakMap();
  holder[slot].set(transport, origin);
}

/**
 * What `openTransport` opened this transport from; `undefined` for one that was made in another way, from a client for
 * example.
 */
export function transportOrigin(transport: Transport): TransportOrigin | undefined {
  return holder[slot]?.get(transport);
}
