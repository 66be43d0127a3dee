/** Says when the store goes away, and when it is back: features that follow say nothing of it themselves. */
import type { Logger, Transport } from "@attune/transport";
import { isAwayText, isBackText } from "./outage-texts.ts";

export function tellOutages(transport: Transport, logger: Logger): void {
  let away = false;
  transport.onStatus((status) => {
    if (status === "unavailable" && !away) logger.warn(isAwayText(transport.location));
    if (status === "available" && away) logger.warn(isBackText(transport.location));
    if (status !== "connecting") away = status === "unavailable";
  });
}

/** For a feature that says it by itself, in other words: what else it has to say, such as a refusal, is told. */
export function withoutOutages(logger: Logger): Logger {
  const saidElsewhere = /(Going on without it until it| the store at .*) is back\.$/s;
  return {
    debug: (message) => logger.debug(message),
    info: (message) => logger.info(message),
    warn: (message) => {
      if (!saidElsewhere.test(message)) logger.warn(message);
    },
    error: (message) => logger.error(message),
  };
}
