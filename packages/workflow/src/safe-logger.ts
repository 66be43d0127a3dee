/** A logger that never throws: what is wrong with it must not hurt what it tells of. */
import type { Logger } from "@attune/transport";

/** One per logger, so that whoever tells a thing once per logger tells it once. */
const made = new WeakMap<Logger, Logger>();

export function safeLogger(logger: Logger): Logger {
  const known = made.get(logger);
  if (known) return known;
  const safely = (level: keyof Logger) => (message: string) => {
    try {
      logger[level](message);
    } catch {
      // There is nobody left to tell.
    }
  };
  const safe: Logger = {
    debug: safely("debug"),
    info: safely("info"),
    warn: safely("warn"),
    error: safely("error"),
  };
  made.set(logger, safe);
  return safe;
}
