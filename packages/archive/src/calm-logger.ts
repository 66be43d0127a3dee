/** A logger that throws must not stop what it is told of. */
import type { Logger } from "@attune/transport";

export function calmLogger(logger: Logger): Logger {
  const calm = (level: keyof Logger) => (message: string) => {
    try {
      logger[level](message);
    } catch {
      // There is nobody left to tell.
    }
  };
  return { debug: calm("debug"), info: calm("info"), warn: calm("warn"), error: calm("error") };
}
