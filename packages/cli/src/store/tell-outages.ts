/** Says when the store goes away, and when it is back: features that follow say nothing of it themselves. */
import type { Logger, Transport } from "@attune/transport";

export function tellOutages(transport: Transport, logger: Logger): void {
  let away = false;
  transport.onStatus((status) => {
    if (status === "unavailable" && !away) {
      logger.warn(`The store at ${transport.location} is away; waiting for it.`);
    }
    if (status === "available" && away) logger.warn(`The store at ${transport.location} is back.`);
    if (status !== "connecting") away = status === "unavailable";
  });
}
