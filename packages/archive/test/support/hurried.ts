/** A transport whose user waits a tenth of the time: between attempts, and between looks at what others do. */
import { type Clock, type Transport, transportWith } from "@attune/transport";

const factor = 10;

/** Its store, its own timeouts and the time of day stay as they are. */
export function hurried(transport: Transport): Transport {
  const { clock } = transport;
  const quick: Clock = {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    setTimer: (callback, ms, options) => clock.setTimer(callback, ms / factor, options),
  };
  return Object.assign(transportWith(transport, {}), { clock: quick });
}
