/** Reads signals from the events. */
import { type SeenSignal, type SignalEvent, signalOfEvent } from "@attune-tools/record-json";
import { cleanText } from "@attune-tools/terminal-text";
import type { Session } from "../../session/session.ts";

/** Events of another program's making that are no signals are told of, once, and left out. */
export function signalReader({ logger }: Session): (event: SignalEvent) => SeenSignal | undefined {
  let told = false;
  return (event) => {
    if (event.valid) return signalOfEvent(event.data, event.timestamp);
    if (!told) {
      logger.warn(
        `An event is no signal (${cleanText(event.invalidReason)}); attune events --type coordination_signal shows it.`,
      );
    }
    told = true;
    return undefined;
  };
}
