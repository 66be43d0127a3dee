/** `@attune/signals`: "done", "go", "abort" between agents: send, broadcast, wait, meet at a barrier. */
export type { CoordinationSignal } from "./coordination-signal.ts";
export { coordinationSignal } from "./coordination-signal-event.ts";
export { CoordinationSignals, type CoordinationSignalsOptions } from "./coordination-signals.ts";
export type {
  Barrier,
  BroadcastRequest,
  CheckOptions,
  JsonPayload,
  PendingOptions,
  SignalRequest,
  SignalSelector,
  WaitForSignalOptions,
  WaitOptions,
} from "./requests.ts";
